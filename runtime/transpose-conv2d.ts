import type { Requantize, ScaledSumLayer, WideSumLayer, WindowLayer } from "./constants.js";
import { greater, lesser, quotient } from "./integer.js";
import type { Memory } from "./layer.js";
import { requantize } from "./requantize.js";
import { requantizeLong } from "./requantize-long.js";

/**
 * Constants of a transposed convolution: input and output NHWC, weights OHWI. Element y of the input adds to rows
 * y · stride − pad + k of the output, k from 0 to before filterHeight.
 */
export interface TransposeConv2dLayer extends WindowLayer, ScaledSumLayer {}

/** With int16 activations. */
export type TransposeConv2d16Layer = TransposeConv2dLayer & WideSumLayer;

/** TRANSPOSE_CONV, rolled: a tile is a run of output positions, all channels of each. */
export function transposeConv2d(memory: Memory, layer: TransposeConv2dLayer, tile: number): void {
  gather(memory, memory.int8, memory.weights8, requantize, layer, tile);
}

/** The same with int16 activations. */
export function transposeConv2d16(memory: Memory, layer: TransposeConv2d16Layer, tile: number): void {
  gather(memory, memory.int16, memory.weights8, layer.isLong ? requantizeLong : requantize, layer, tile);
}

/** The same with int16 weights, too: sums are always long. */
export function transposeConv2d16x16(memory: Memory, layer: TransposeConv2d16Layer, tile: number): void {
  gather(memory, memory.int16, memory.weights16, requantizeLong, layer, tile);
}

/** Every output gathers what reaches it: taps k = y + pad − stride · (row of the input), in steps of a stride. */
function gather(
  { weights8, weights32 }: Memory,
  arena: Int8Array | Int16Array,
  weights: Int8Array | Int16Array,
  scale: Requantize,
  layer: TransposeConv2dLayer,
  tile: number,
): void {
  const { inputHeight, inputWidth, inputDepth, inputOffset, filterHeight, filterWidth, outputDepth } = layer;
  const { outputHeight, outputWidth, outputZeroPoint, min, max, bias, multipliers, shifts } = layer;
  const { strideHeight, strideWidth, padTop, padLeft } = layer;
  const inputRow = inputWidth * inputDepth;
  const weightRow = filterWidth * inputDepth;
  const filter = filterHeight * weightRow;
  const nextTaps = strideWidth * inputDepth;
  const first = tile * layer.positionsPerTile;
  const end = lesser(first + layer.positionsPerTile, layer.positions);
  let output = layer.output + first * outputDepth;
  for (let position = first; position < end; position++) {
    const row = quotient(position, outputWidth);
    const image = layer.input + quotient(row, outputHeight) * inputHeight * inputRow;
    const y = (row % outputHeight) + padTop;
    const x = position - row * outputWidth + padLeft;
    const firstY = firstReachingTap(y, strideHeight, inputHeight);
    const endY = lesser(y + 1, filterHeight);
    const firstX = firstReachingTap(x, strideWidth, inputWidth);
    const endX = lesser(x + 1, filterWidth);
    const corner = image + quotient(x - firstX, strideWidth) * inputDepth;
    let firstWeight = layer.weights + firstX * inputDepth;
    for (let channel = 0; channel < outputDepth; channel++) {
      let acc = weights32[bias + channel];
      let line = corner + quotient(y - firstY, strideHeight) * inputRow;
      for (let ky = firstY; ky < endY; ky += strideHeight) {
        let start = line;
        let w = firstWeight + ky * weightRow;
        for (let kx = firstX; kx < endX; kx += strideWidth) {
          let i = start;
          for (const last = w + inputDepth; w < last; w++) {
            acc += weights[w] * (arena[i] + inputOffset);
            i++; // under XS cheaper than as an expression
          }
          w += nextTaps - inputDepth;
          start -= inputDepth;
        }
        line -= inputRow;
      }
      const q = scale(acc, weights32[multipliers + channel], weights8[shifts + channel]) + outputZeroPoint;
      arena[output++] = q < min ? min : q > max ? max : q;
      firstWeight += filter;
    }
  }
}

/**
 * The first tap that an element of the input, the last one at most, brings to an output.
 *
 * @param at the output with its padding: element e is reached by tap at − e · stride
 */
export function firstReachingTap(at: number, stride: number, size: number): number {
  return greater(at % stride, at - (size - 1) * stride);
}
