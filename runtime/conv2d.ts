import type { ScaledSumLayer, WindowLayer } from "./constants.js";
import { lesser, quotient } from "./integer.js";
import type { Memory } from "./layer.js";
import { requantize } from "./requantize.js";

/** Constants of an int8 convolution: input and output NHWC, weights OHWI. */
export interface Conv2dLayer extends WindowLayer, ScaledSumLayer {
  readonly dilationHeight: number;
  readonly dilationWidth: number;
}

/** CONV_2D, rolled: a tile is a run of output positions, all channels of each. Taps outside the input add nothing. */
export function conv2d(memory: Memory, layer: Conv2dLayer, tile: number): void {
  const { inputHeight, inputWidth, inputDepth, inputOffset, filterHeight, filterWidth, outputDepth } = layer;
  const { outputHeight, outputWidth, outputZeroPoint, min, max, bias, multipliers, shifts } = layer;
  const { dilationHeight, dilationWidth, strideHeight, strideWidth, padTop, padLeft } = layer;
  const arena = memory.int8;
  const weights8 = memory.weights8;
  const weights32 = memory.weights32;
  let position = tile * layer.positionsPerTile;
  const end = lesser(position + layer.positionsPerTile, layer.positions);
  let output = layer.output + position * outputDepth;
  while (position < end) {
    const row = quotient(position, outputWidth);
    const column = position - row * outputWidth;
    const image = layer.input + quotient(row, outputHeight) * inputHeight * inputWidth * inputDepth;
    const top = (row % outputHeight) * strideHeight - padTop;
    let left = column * strideWidth - padLeft;
    for (const stop = lesser(position + outputWidth - column, end); position < stop; position++) {
      let w = layer.weights;
      for (let channel = 0; channel < outputDepth; channel++) {
        let acc = weights32[bias + channel];
        for (let ky = 0; ky < filterHeight; ky++) {
          const y = top + ky * dilationHeight;
          if (y < 0 || y >= inputHeight) {
            w += filterWidth * inputDepth;
            continue;
          }
          const line = image + y * inputWidth * inputDepth;
          for (let kx = 0; kx < filterWidth; kx++) {
            const x = left + kx * dilationWidth;
            if (x < 0 || x >= inputWidth) {
              w += inputDepth;
              continue;
            }
            let i = line + x * inputDepth;
            const last = i + inputDepth;
            while (i < last) acc += weights8[w++] * (arena[i++] + inputOffset);
          }
        }
        const q =
          requantize(acc, weights32[multipliers + channel], weights8[shifts + channel]) + outputZeroPoint;
        arena[output++] = q < min ? min : q > max ? max : q;
      }
      left += strideWidth;
    }
  }
}
