import { type CodebookLayer, unpackFilter } from "./codebook.js";
import type { Requantize } from "./constants.js";
import type { Conv2dLayer } from "./conv2d.js";
import { lesser, quotient } from "./integer.js";
import type { Memory } from "./layer.js";
import { requantize } from "./requantize.js";
import { requantizeLong } from "./requantize-long.js";
import { endTap, firstTap } from "./taps.js";

/** Constants of a convolution with a codebook: `positionsPerTile` counts every position once for each block of output channels. */
export interface CodebookConv2dLayer extends Conv2dLayer, CodebookLayer {
  /** Output channels of a block, and room in the arena for their weights, which stay there from one tile to the next. */
  readonly blockChannels: number;
  readonly filters: number;
}

/** With int16 activations. */
export interface CodebookConv2d16Layer extends CodebookConv2dLayer {
  readonly isLong: boolean;
}

/** CONV_2D with a codebook: block after block of output channels, whose weights are unpacked once for all positions. */
export function codebookConv2d(memory: Memory, layer: CodebookConv2dLayer, tile: number): void {
  convolve(memory, memory.int8, requantize, layer, tile);
}

/** The same with int16 activations. */
export function codebookConv2d16(memory: Memory, layer: CodebookConv2d16Layer, tile: number): void {
  convolve(memory, memory.int16, layer.isLong ? requantizeLong : requantize, layer, tile);
}

function convolve(
  memory: Memory,
  arena: Int8Array | Int16Array,
  scale: Requantize,
  layer: CodebookConv2dLayer,
  tile: number,
): void {
  const { int8, weights8, weights32 } = memory;
  const { inputHeight, inputWidth, inputDepth, inputOffset, filterHeight, filterWidth, outputDepth } = layer;
  const { outputHeight, outputWidth, outputZeroPoint, min, max, bias, multipliers, shifts } = layer;
  const { dilationHeight, dilationWidth, strideHeight, strideWidth, padTop, padLeft } = layer;
  const { positions, blockChannels, filters } = layer;
  const inputRow = inputWidth * inputDepth;
  const weightRow = filterWidth * inputDepth;
  const filter = filterHeight * weightRow;
  let unit = tile * layer.positionsPerTile;
  const end = lesser(
    unit + layer.positionsPerTile,
    positions * quotient(outputDepth + blockChannels - 1, blockChannels),
  );
  for (; unit < end; unit++) {
    const block = quotient(unit, positions);
    const position = unit - block * positions;
    const first = block * blockChannels;
    const stop = lesser(first + blockChannels, outputDepth);
    if (position === 0)
      for (let channel = first; channel < stop; channel++)
        unpackFilter(memory, layer, channel, filters + (channel - first) * filter, filter);
    const row = quotient(position, outputWidth);
    const image = layer.input + quotient(row, outputHeight) * inputHeight * inputRow;
    const top = (row % outputHeight) * strideHeight - padTop;
    const left = (position - row * outputWidth) * strideWidth - padLeft;
    const firstY = firstTap(top, dilationHeight);
    const endY = endTap(top, dilationHeight, inputHeight, filterHeight);
    const firstX = firstTap(left, dilationWidth);
    const taps = endTap(left, dilationWidth, inputWidth, filterWidth) - firstX;
    // Side by side, the taps of a row are one run in the input as they are in the weights.
    const runs = dilationWidth === 1 ? 1 : taps;
    const run = dilationWidth === 1 ? taps * inputDepth : inputDepth;
    const corner = image + top * inputRow + (left + firstX * dilationWidth) * inputDepth;
    let firstWeight = filters + firstX * inputDepth;
    let output = layer.output + position * outputDepth + first;
    for (let channel = first; channel < stop; channel++) {
      let acc = weights32[bias + channel];
      for (let ky = firstY; ky < endY; ky++) {
        let i = corner + ky * dilationHeight * inputRow;
        let w = firstWeight + ky * weightRow;
        for (let r = 0; r < runs; r++) {
          for (const last = i + run; i < last; i++) {
            acc += int8[w] * (arena[i] + inputOffset);
            w++; // under XS cheaper than as an expression
          }
          i += (dilationWidth - 1) * inputDepth;
        }
      }
      const q = scale(acc, weights32[multipliers + channel], weights8[shifts + channel]) + outputZeroPoint;
      arena[output++] = q < min ? min : q > max ? max : q;
      firstWeight += filter;
    }
  }
}
