import { lesser } from "./integer.js";
import type { Layer, Memory } from "./layer.js";
import { signedView } from "./views.js";

/** Constants of DEQUANTIZE. */
export interface DequantizeLayer extends Layer {
  /** In the arena, in elements of so many bytes: 1 or 2. */
  readonly input: number;
  readonly inputBytes: number;
  /** The input is uint8. */
  readonly unsigned: boolean;
  /** In the arena as float32. */
  readonly output: number;
  /** How many there are, and how many of them one tile computes. */
  readonly elements: number;
  readonly elementsPerTile: number;
  readonly scale: number;
  readonly zeroPoint: number;
}

/** DEQUANTIZE to float32: the product in double, rounded once. */
export function dequantize(memory: Memory, layer: DequantizeLayer, tile: number): void {
  const { input, unsigned, output, elements, elementsPerTile, scale, zeroPoint } = layer;
  const from = unsigned ? memory.uint8 : signedView(memory, layer.inputBytes);
  const to = memory.float32;
  const first = tile * elementsPerTile;
  const end = lesser(first + elementsPerTile, elements);
  for (let i = first; i < end; i++) to[output + i] = scale * (from[input + i] - zeroPoint);
}
