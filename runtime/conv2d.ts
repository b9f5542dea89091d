import type { Requantize, ScaledSumLayer, WideSumLayer, WindowLayer } from "./constants.js";
import { lesser, quotient } from "./integer.js";
import type { Memory } from "./layer.js";
import { requantize } from "./requantize.js";
import { requantizeLong } from "./requantize-long.js";
import { endTap, firstTap } from "./taps.js";

/** Constants of a convolution: input and output NHWC, weights OHWI. */
export interface Conv2dLayer extends WindowLayer, ScaledSumLayer {
  readonly dilationHeight: number;
  readonly dilationWidth: number;
}

/** With int16 activations. */
export type Conv2d16Layer = Conv2dLayer & WideSumLayer;

/** CONV_2D, rolled: a tile is a run of output positions, all channels of each. Taps outside the input add nothing. */
export function conv2d(memory: Memory, layer: Conv2dLayer, tile: number): void {
  convolve(memory, memory.int8, memory.weights8, requantize, layer, tile);
}

/** The same with int16 activations. */
export function conv2d16(memory: Memory, layer: Conv2d16Layer, tile: number): void {
  convolve(memory, memory.int16, memory.weights8, layer.isLong ? requantizeLong : requantize, layer, tile);
}

/** The same with int16 weights, too: sums are always long. */
export function conv2d16x16(memory: Memory, layer: Conv2d16Layer, tile: number): void {
  convolve(memory, memory.int16, memory.weights16, requantizeLong, layer, tile);
}

function convolve(
  { weights8, weights32 }: Memory,
  arena: Int8Array | Int16Array,
  weights: Int8Array | Int16Array,
  scale: Requantize,
  layer: Conv2dLayer,
  tile: number,
): void {
  const { inputHeight, inputWidth, inputDepth, inputOffset, filterHeight, filterWidth, outputDepth } = layer;
  const { outputHeight, outputWidth, outputZeroPoint, min, max, bias, multipliers, shifts } = layer;
  const { dilationHeight, dilationWidth, strideHeight, strideWidth, padTop, padLeft } = layer;
  const inputRow = inputWidth * inputDepth;
  const weightRow = filterWidth * inputDepth;
  const filter = filterHeight * weightRow;
  let position = tile * layer.positionsPerTile;
  const end = lesser(position + layer.positionsPerTile, layer.positions);
  let output = layer.output + position * outputDepth;
  while (position < end) {
    const row = quotient(position, outputWidth);
    const column = position - row * outputWidth;
    const image = layer.input + quotient(row, outputHeight) * inputHeight * inputRow;
    const top = (row % outputHeight) * strideHeight - padTop;
    const firstY = firstTap(top, dilationHeight);
    const endY = endTap(top, dilationHeight, inputHeight, filterHeight);
    let left = column * strideWidth - padLeft;
    for (const stop = lesser(position + outputWidth - column, end); position < stop; position++) {
      const firstX = firstTap(left, dilationWidth);
      const taps = endTap(left, dilationWidth, inputWidth, filterWidth) - firstX;
      // Side by side, the taps of a row are one run in the input as they are in the weights.
      const runs = dilationWidth === 1 ? 1 : taps;
      const run = dilationWidth === 1 ? taps * inputDepth : inputDepth;
      const corner = image + top * inputRow + (left + firstX * dilationWidth) * inputDepth;
      let firstWeight = layer.weights + firstX * inputDepth;
      for (let channel = 0; channel < outputDepth; channel++) {
        let acc = weights32[bias + channel];
        for (let ky = firstY; ky < endY; ky++) {
          let i = corner + ky * dilationHeight * inputRow;
          let w = firstWeight + ky * weightRow;
          for (let r = 0; r < runs; r++) {
            for (const last = i + run; i < last; i++) {
              acc += weights[w] * (arena[i] + inputOffset);
              w++; // under XS cheaper than as an expression
            }
            i += (dilationWidth - 1) * inputDepth;
          }
        }
        const q = scale(acc, weights32[multipliers + channel], weights8[shifts + channel]) + outputZeroPoint;
        arena[output++] = q < min ? min : q > max ? max : q;
        firstWeight += filter;
      }
      left += strideWidth;
    }
  }
}
