import type { Layer, Memory } from "./layer.js";
import { requantize } from "./requantize.js";

/** Constants of an int8 convolution: input and output NHWC, weights OHWI. Offsets are element indexes. */
export interface Conv2dLayer extends Layer {
  readonly input: number;
  readonly inputHeight: number;
  readonly inputWidth: number;
  readonly inputDepth: number;
  /** −(zero point of the input). */
  readonly inputOffset: number;
  /** In `weights8`. */
  readonly weights: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  /** In `weights32`; one an output channel, like the multipliers. */
  readonly bias: number;
  readonly multipliers: number;
  /** In `weights8`; one for each multiplier. */
  readonly shifts: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly output: number;
  /** Rows of all batches together, and rows that one tile computes. */
  readonly outputRows: number;
  readonly rowsPerTile: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  readonly outputDepth: number;
  readonly outputZeroPoint: number;
  readonly min: number;
  readonly max: number;
}

/** CONV_2D, rolled: a tile is a band of output rows. Taps outside the input add nothing. */
export function conv2d(memory: Memory, layer: Conv2dLayer, tile: number): void {
  const { inputHeight, inputWidth, inputDepth, inputOffset, filterHeight, filterWidth, outputDepth } = layer;
  const { outputHeight, outputWidth, outputZeroPoint, min, max, bias, multipliers, shifts } = layer;
  const { dilationHeight, dilationWidth, strideHeight, strideWidth, padTop, padLeft } = layer;
  const arena = memory.int8;
  const weights8 = memory.weights8;
  const weights32 = memory.weights32;
  const firstRow = tile * layer.rowsPerTile;
  const endRow = Math.min(firstRow + layer.rowsPerTile, layer.outputRows);
  let output = layer.output + firstRow * outputWidth * outputDepth;
  for (let row = firstRow; row < endRow; row++) {
    const outputY = row % outputHeight;
    const image = layer.input + ((row - outputY) / outputHeight) * inputHeight * inputWidth * inputDepth;
    const top = outputY * strideHeight - padTop;
    for (let outputX = 0; outputX < outputWidth; outputX++) {
      const left = outputX * strideWidth - padLeft;
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
            const end = i + inputDepth;
            while (i < end) acc += weights8[w++] * (arena[i++] + inputOffset);
          }
        }
        const q =
          requantize(acc, weights32[multipliers + channel], weights8[shifts + channel]) + outputZeroPoint;
        arena[output++] = q < min ? min : q > max ? max : q;
      }
    }
  }
}
