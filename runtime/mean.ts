import type { Elements } from "./elementwise.js";
import { lesser } from "./integer.js";
import type { Layer, Memory } from "./layer.js";
import { requantize } from "./requantize.js";
import { stridedOffset } from "./strided.js";

/** Constants of MEAN over any dimensions: loops over those that are kept and those that are summed, innermost first. */
export interface MeanLayer extends Layer {
  readonly input: number;
  readonly output: number;
  /** How many there are, and how many of them one tile computes. */
  readonly outputs: number;
  readonly outputsPerTile: number;
  readonly keptSizes: readonly number[];
  readonly keptStrides: readonly number[];
  /** At least one loop. */
  readonly summedSizes: readonly number[];
  readonly summedStrides: readonly number[];
  /** −(zero point of the input) · elements of a sum. */
  readonly sumOffset: number;
  /** The division by the number of elements is part of them. */
  readonly multiplier: number;
  readonly shift: number;
  readonly outputZeroPoint: number;
  /** What the output's type holds. */
  readonly min: number;
  readonly max: number;
}

/** MEAN, rolled: a tile is a run of outputs. */
export function mean(memory: Memory, layer: MeanLayer, tile: number): void {
  means(memory.int8, layer, tile);
}

/** The same on int16. */
export function mean16(memory: Memory, layer: MeanLayer, tile: number): void {
  means(memory.int16, layer, tile);
}

function means(arena: Elements, layer: MeanLayer, tile: number): void {
  const { input, keptSizes, keptStrides, summedSizes, summedStrides, sumOffset } = layer;
  const { multiplier, shift, outputZeroPoint, min, max } = layer;
  const outermost = summedSizes.length - 1;
  const first = tile * layer.outputsPerTile;
  const end = lesser(first + layer.outputsPerTile, layer.outputs);
  for (let o = first; o < end; o++) {
    const at = input + stridedOffset(o, keptSizes, keptStrides);
    const total = sum(arena, at, summedSizes, summedStrides, outermost) + sumOffset;
    const q = requantize(total, multiplier, shift) + outputZeroPoint;
    arena[layer.output + o] = q < min ? min : q > max ? max : q;
  }
}

/** The sum over loops 0 to `loop`, from index `at`. */
function sum(
  arena: Elements,
  at: number,
  sizes: readonly number[],
  strides: readonly number[],
  loop: number,
): number {
  const stride = strides[loop];
  const end = at + sizes[loop] * stride;
  let total = 0;
  if (loop === 0) for (let i = at; i < end; i += stride) total += arena[i];
  else for (let i = at; i < end; i += stride) total += sum(arena, i, sizes, strides, loop - 1);
  return total;
}
