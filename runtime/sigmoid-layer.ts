import { lesser } from "./integer.js";
import type { Layer, Memory } from "./layer.js";
import { hyperbolicTangent, sigmoid } from "./sigmoid.js";

/** Constants of LOGISTIC and TANH on int16. */
export interface SigmoidLayer extends Layer {
  /** In the arena as int16. */
  readonly input: number;
  readonly output: number;
  /** How many there are, and how many of them one tile computes. */
  readonly elements: number;
  readonly elementsPerTile: number;
  /** (q · factor + half) >> shift is the argument, in steps of 1 / (3 · 4096). */
  readonly factor: number;
  readonly shift: number;
  /** In `weights32`: see sigmoid.ts. */
  readonly table: number;
}

/** LOGISTIC, rolled: a tile is a run of elements. */
export function logistic16(memory: Memory, layer: SigmoidLayer, tile: number): void {
  each(memory, layer, tile, sigmoid);
}

/** TANH, rolled: a tile is a run of elements. */
export function tanh16(memory: Memory, layer: SigmoidLayer, tile: number): void {
  each(memory, layer, tile, hyperbolicTangent);
}

function each({ int16, weights32 }: Memory, layer: SigmoidLayer, tile: number, f: typeof sigmoid): void {
  const { input, output, factor, shift, table } = layer;
  const half = shift > 0 ? 1 << (shift - 1) : 0;
  const first = tile * layer.elementsPerTile;
  const end = lesser(first + layer.elementsPerTile, layer.elements);
  for (let i = first; i < end; i++)
    int16[output + i] = f(weights32, table, (int16[input + i] * factor + half) >> shift);
}
