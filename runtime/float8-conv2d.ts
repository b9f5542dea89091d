import type { WindowLayer } from "./constants.js";
import { divideByPowerOfTwo, roundTo, valuesOf } from "./float8.js";
import { lesser, quotient } from "./integer.js";
import type { Memory } from "./layer.js";
import { endTap, firstTap } from "./taps.js";

/**
 * Constants of a grouped convolution over bytes that stand for integers: 8-bit floats, or int8 activations. Input and output are
 * NHWC. A dense layer is one over images of one position, a depthwise convolution has a group for each input channel.
 */
export interface Float8Conv2dLayer extends WindowLayer {
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  /** Input channels and output channels of a group. */
  readonly groupDepth: number;
  readonly groupOutputs: number;
  /** Bits of mantissa, 0 for int8: see float8.ts. */
  readonly inputFormat: number;
  readonly weightsFormat: number;
  readonly outputFormat: number;
  /** −(zero point of the input), 0 for 8-bit floats. */
  readonly inputOffset: number;
  /** In `weights8`, and from the weights of a tap or an output channel to those of the next. */
  readonly weights: number;
  readonly tapStride: number;
  readonly channelStride: number;
  /** In `weights32`: the bias in two parts, (low + high · 2^32) · biasUnit, and the multiplier of each output channel. */
  readonly biasLow: number;
  readonly biasHigh: number;
  readonly multipliers: number;
  /** A power of two, up to 2^16. */
  readonly biasUnit: number;
  /** In `weights8`: right shifts. */
  readonly shifts: number;
  /** Added after rounding; `min` and `max` are bounds of what is rounded. */
  readonly outputZeroPoint: number;
}

/** Products of this magnitude are summed apart from smaller ones: either sum is exact. */
const LARGE = 0x100000000;

/** CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED, rolled: a tile is a run of output positions, all channels of each. */
export function float8Conv2d(memory: Memory, layer: Float8Conv2dLayer, tile: number): void {
  const { int8, uint8, weights8, weights32 } = memory;
  const { inputHeight, inputWidth, inputDepth, inputOffset, filterHeight, filterWidth, outputDepth } = layer;
  const { outputHeight, outputWidth, outputFormat, outputZeroPoint, min, max } = layer;
  const {
    biasLow,
    biasHigh,
    biasUnit,
    multipliers,
    shifts,
    groupDepth,
    groupOutputs,
    tapStride,
    channelStride,
  } = layer;
  const { dilationHeight, dilationWidth, strideHeight, strideWidth, padTop, padLeft } = layer;
  const inputValues = valuesOf(layer.inputFormat);
  const weightValues = valuesOf(layer.weightsFormat);
  const inputRow = inputWidth * inputDepth;
  const nextTap = dilationWidth * inputDepth - groupDepth;
  const nextWeight = tapStride - groupDepth;
  // Side by side, the taps of a row are one run in the input as they are in the weights.
  const isRun = nextTap === 0 && nextWeight === 0;
  let position = tile * layer.positionsPerTile;
  const end = lesser(position + layer.positionsPerTile, layer.positions);
  let output = layer.output + position * outputDepth;
  for (; position < end; position++) {
    const row = quotient(position, outputWidth);
    const image = layer.input + quotient(row, outputHeight) * inputHeight * inputRow;
    const top = (row % outputHeight) * strideHeight - padTop;
    const left = (position - row * outputWidth) * strideWidth - padLeft;
    const firstY = firstTap(top, dilationHeight);
    const endY = endTap(top, dilationHeight, inputHeight, filterHeight);
    const firstX = firstTap(left, dilationWidth);
    const taps = endTap(left, dilationWidth, inputWidth, filterWidth) - firstX;
    const runs = isRun ? 1 : taps;
    const run = isRun ? taps * groupDepth : groupDepth;
    const corner = image + top * inputRow + (left + firstX * dilationWidth) * inputDepth;
    for (let channel = 0; channel < outputDepth; channel++) {
      const firstInput = corner + quotient(channel, groupOutputs) * groupDepth;
      const firstWeight = layer.weights + channel * channelStride + firstX * tapStride;
      let small = weights32[biasLow + channel] * biasUnit;
      let large = weights32[biasHigh + channel] * LARGE * biasUnit;
      for (let ky = firstY; ky < endY; ky++) {
        let i = firstInput + ky * dilationHeight * inputRow;
        let w = firstWeight + ky * filterWidth * tapStride;
        for (let r = 0; r < runs; r++) {
          for (const last = i + run; i < last; i++) {
            const product = weightValues[weights8[w] & 255] * (inputValues[uint8[i]] + inputOffset);
            if (product < LARGE && product > -LARGE) small += product;
            else large += product;
            w++; // under XS cheaper than as an expression
          }
          i += nextTap;
          w += nextWeight;
        }
      }
      const scaled = (small + large) * weights32[multipliers + channel];
      const y = divideByPowerOfTwo(scaled, weights8[shifts + channel]);
      int8[output++] = roundTo(y < min ? min : y > max ? max : y, outputFormat) + outputZeroPoint;
    }
  }
}
