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
}

/** MEAN, rolled: a tile is a run of outputs. */
export function mean(memory: Memory, layer: MeanLayer, tile: number): void {
  const { input, keptSizes, keptStrides, summedSizes, summedStrides, sumOffset } = layer;
  const { multiplier, shift, outputZeroPoint } = layer;
  const arena = memory.int8;
  const outermost = summedSizes.length - 1;
  const first = tile * layer.outputsPerTile;
  const end = lesser(first + layer.outputsPerTile, layer.outputs);
  for (let o = first; o < end; o++) {
    const at = input + stridedOffset(o, keptSizes, keptStrides);
    const total = sum(arena, at, summedSizes, summedStrides, outermost) + sumOffset;
    const q = requantize(total, multiplier, shift) + outputZeroPoint;
    arena[layer.output + o] = q < -128 ? -128 : q > 127 ? 127 : q;
  }
}

/** The sum over loops 0 to `loop`, from index `at`. */
function sum(
  arena: Int8Array,
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
