import type { Requantize, ScaledSumLayer, WideSumLayer, WindowLayer } from "./constants.js";
import { lesser, quotient } from "./integer.js";
import type { Memory } from "./layer.js";
import { requantize } from "./requantize.js";
import { requantizeLong } from "./requantize-long.js";
import { endTap, firstTap } from "./taps.js";

/** Constants of a depthwise convolution: input and output NHWC, weights 1HWO. */
export interface DepthwiseConv2dLayer extends WindowLayer, ScaledSumLayer {
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  /** outputDepth / inputDepth: output channel c reads input channel floor(c / depthMultiplier). */
  readonly depthMultiplier: number;
}

/** With int16 activations. */
export type DepthwiseConv2d16Layer = DepthwiseConv2dLayer & WideSumLayer;

/** DEPTHWISE_CONV_2D, rolled: a tile is a run of output positions, all channels of each. Taps outside the input add nothing. */
export function depthwiseConv2d(memory: Memory, layer: DepthwiseConv2dLayer, tile: number): void {
  convolve(memory, memory.int8, memory.weights8, requantize, layer, tile);
}

/** The same with int16 activations. */
export function depthwiseConv2d16(memory: Memory, layer: DepthwiseConv2d16Layer, tile: number): void {
  convolve(memory, memory.int16, memory.weights8, layer.isLong ? requantizeLong : requantize, layer, tile);
}

/** The same with int16 weights, too: sums are always long. */
export function depthwiseConv2d16x16(memory: Memory, layer: DepthwiseConv2d16Layer, tile: number): void {
  convolve(memory, memory.int16, memory.weights16, requantizeLong, layer, tile);
}

function convolve(
  { weights8, weights32 }: Memory,
  arena: Int8Array | Int16Array,
  weights: Int8Array | Int16Array,
  scale: Requantize,
  layer: DepthwiseConv2dLayer,
  tile: number,
): void {
  const { inputHeight, inputWidth, inputDepth, inputOffset, filterHeight, filterWidth, outputDepth } = layer;
  const { outputHeight, outputWidth, outputZeroPoint, min, max, bias, multipliers, shifts } = layer;
  const { dilationHeight, dilationWidth, strideHeight, strideWidth, padTop, padLeft, depthMultiplier } =
    layer;
  const tapRow = dilationHeight * inputWidth * inputDepth;
  const tapColumn = dilationWidth * inputDepth;
  const weightRow = filterWidth * outputDepth;
  let position = tile * layer.positionsPerTile;
  const end = lesser(position + layer.positionsPerTile, layer.positions);
  let output = layer.output + position * outputDepth;
  while (position < end) {
    const row = quotient(position, outputWidth);
    const column = position - row * outputWidth;
    const image = layer.input + quotient(row, outputHeight) * inputHeight * inputWidth * inputDepth;
    const top = (row % outputHeight) * strideHeight - padTop;
    const firstY = firstTap(top, dilationHeight);
    const endY = endTap(top, dilationHeight, inputHeight, filterHeight);
    let left = column * strideWidth - padLeft;
    for (const stop = lesser(position + outputWidth - column, end); position < stop; position++) {
      const firstX = firstTap(left, dilationWidth);
      const taps = (endTap(left, dilationWidth, inputWidth, filterWidth) - firstX) * tapColumn;
      const corner = image + (top * inputWidth + left) * inputDepth + firstY * tapRow + firstX * tapColumn;
      const firstWeight = layer.weights + firstY * weightRow + firstX * outputDepth;
      let channel = 0;
      for (let depth = 0; depth < inputDepth; depth++) {
        for (const last = channel + depthMultiplier; channel < last; channel++) {
          let acc = weights32[bias + channel];
          let line = corner + depth;
          let weightLine = firstWeight + channel;
          for (let ky = firstY; ky < endY; ky++) {
            let w = weightLine;
            for (let i = line, end = line + taps; i < end; i += tapColumn) {
              acc += weights[w] * (arena[i] + inputOffset);
              w += outputDepth;
            }
            line += tapRow;
            weightLine += weightRow;
          }
          const q =
            scale(acc, weights32[multipliers + channel], weights8[shifts + channel]) + outputZeroPoint;
          arena[output++] = q < min ? min : q > max ? max : q;
        }
      }
      left += strideWidth;
    }
  }
}
