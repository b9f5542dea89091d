/** Windows over images: CONV_2D, DEPTHWISE_CONV_2D and the pools. */
import type { CodebookConv2dLayer } from "../../../runtime/codebook-conv2d.js";
import type { WindowLayer } from "../../../runtime/constants.js";
import type { Conv2dLayer } from "../../../runtime/conv2d.js";
import type { DepthwiseConv2dLayer } from "../../../runtime/depthwise-conv2d.js";
import type { Float8Conv2dLayer } from "../../../runtime/float8-conv2d.js";
import type { Layer } from "../../../runtime/layer.js";
import type { Pool2dLayer } from "../../../runtime/pool2d.js";
import { endTap, firstTap } from "../../../runtime/taps.js";
import { firstReachingTap, type TransposeConv2dLayer } from "../../../runtime/transpose-conv2d.js";
import { rowsOf, type Tally, unitsOf } from "./tally.js";

type Constants = Omit<WindowLayer, keyof Layer> & {
  readonly dilationHeight?: number;
  readonly dilationWidth?: number;
};

/** Rows and positions of a tile, the filter rows and the taps of all its positions that lie on the input. */
function window(layer: Constants, tile: number) {
  const { first, end } = unitsOf(tile, layer.positionsPerTile, layer.positions);
  return {
    tile: 1,
    row: rowsOf(first, end, layer.outputWidth),
    position: end - first,
    ...tapsOf(layer, first, end),
  };
}

/** The filter rows and the taps of some positions that lie on the input. */
function tapsOf(layer: Constants, first: number, end: number) {
  const { inputHeight, inputWidth, filterHeight, filterWidth, outputHeight, outputWidth } = layer;
  const { strideHeight, strideWidth, padTop, padLeft, dilationHeight = 1, dilationWidth = 1 } = layer;
  let filterRows = 0;
  let taps = 0;
  for (let position = first; position < end; position++) {
    const top = (Math.floor(position / outputWidth) % outputHeight) * strideHeight - padTop;
    const left = (position % outputWidth) * strideWidth - padLeft;
    const rows = span(top, dilationHeight, inputHeight, filterHeight);
    filterRows += rows;
    taps += rows * span(left, dilationWidth, inputWidth, filterWidth);
  }
  return { filterRows, taps };
}

function span(origin: number, dilation: number, size: number, taps: number): number {
  return Math.max(0, endTap(origin, dilation, size, taps) - firstTap(origin, dilation));
}

export const conv2d: Tally<Conv2dLayer> = (layer, tile) => {
  const { filterRows, taps, ...counts } = window(layer, tile);
  const { inputDepth, outputDepth, dilationWidth } = layer;
  return {
    ...counts,
    sum: counts.position * outputDepth,
    filterRow: filterRows * outputDepth,
    run: (dilationWidth === 1 ? filterRows : taps) * outputDepth,
    product: taps * inputDepth * outputDepth,
  };
};

/** A position is looked at once for each block of output channels, and a block is unpacked at its first one. */
export const codebookConv2d: Tally<CodebookConv2dLayer> = (layer, tile) => {
  const { positions, positionsPerTile, outputDepth, blockChannels, inputDepth, dilationWidth } = layer;
  const filter = layer.filterHeight * layer.filterWidth * inputDepth;
  const { first, end } = unitsOf(tile, positionsPerTile, positions * Math.ceil(outputDepth / blockChannels));
  const counts = {
    tile: 1,
    filter: 0,
    word: 0,
    index: 0,
    position: 0,
    sum: 0,
    filterRow: 0,
    run: 0,
    product: 0,
  };
  for (let unit = first; unit < end; ) {
    const block = Math.floor(unit / positions);
    const stop = Math.min(end, (block + 1) * positions);
    const channels = Math.min(blockChannels, outputDepth - block * blockChannels);
    const isFirst = unit === block * positions;
    const window = tapsOf(layer, unit - block * positions, stop - block * positions);
    counts.filter += isFirst ? channels : 0;
    counts.word += isFirst ? channels * layer.filterWords : 0;
    counts.index += isFirst ? channels * filter : 0;
    counts.position += stop - unit;
    counts.sum += (stop - unit) * channels;
    counts.filterRow += window.filterRows * channels;
    counts.run += (dilationWidth === 1 ? window.filterRows : window.taps) * channels;
    counts.product += window.taps * inputDepth * channels;
    unit = stop;
  }
  return counts;
};

export const depthwiseConv2d: Tally<DepthwiseConv2dLayer> = (layer, tile) => {
  const { filterRows, taps, ...counts } = window(layer, tile);
  const { inputDepth, outputDepth } = layer;
  return {
    ...counts,
    channel: counts.position * inputDepth,
    sum: counts.position * outputDepth,
    filterRow: filterRows * outputDepth,
    product: taps * outputDepth,
  };
};

/** A group of one channel ends its run with each tap; so does dilation. `float` counts outputs that are rounded to an 8-bit float. */
export const float8Conv2d: Tally<Float8Conv2dLayer> = (layer, tile) => {
  const { filterRows, taps, row: _, ...counts } = window(layer, tile);
  const { inputDepth, outputDepth, dilationWidth, groupDepth, tapStride, outputFormat } = layer;
  const isRun = dilationWidth * inputDepth === groupDepth && tapStride === groupDepth;
  const sum = counts.position * outputDepth;
  return {
    ...counts,
    sum,
    float: outputFormat === 0 ? 0 : sum,
    filterRow: filterRows * outputDepth,
    run: (isRun ? filterRows : taps) * outputDepth,
    product: taps * groupDepth * outputDepth,
  };
};

/** `filterRow` and `tap` count the rows and taps of filters that reach an output of each channel. */
export const transposeConv2d: Tally<TransposeConv2dLayer> = (layer, tile) => {
  const { inputHeight, inputWidth, inputDepth, filterHeight, filterWidth, outputDepth } = layer;
  const { strideHeight, strideWidth, padTop, padLeft, outputHeight, outputWidth } = layer;
  const { first, end } = unitsOf(tile, layer.positionsPerTile, layer.positions);
  let rows = 0;
  let taps = 0;
  for (let position = first; position < end; position++) {
    const y = (Math.floor(position / outputWidth) % outputHeight) + padTop;
    const x = (position % outputWidth) + padLeft;
    const filterRows = reaching(y, strideHeight, inputHeight, filterHeight);
    rows += filterRows;
    taps += filterRows * reaching(x, strideWidth, inputWidth, filterWidth);
  }
  const position = end - first;
  const tap = taps * outputDepth;
  return {
    tile: 1,
    position,
    sum: position * outputDepth,
    filterRow: rows * outputDepth,
    tap,
    product: tap * inputDepth,
  };
};

/** How many taps of a row or column of a transposed filter reach an output. */
function reaching(at: number, stride: number, size: number, taps: number): number {
  const first = firstReachingTap(at, stride, size);
  return Math.max(0, Math.ceil((Math.min(at + 1, taps) - first) / stride));
}

export const pool2d: Tally<Pool2dLayer> = (layer, tile) => {
  const { filterRows, taps, ...counts } = window(layer, tile);
  const { outputDepth } = layer;
  return {
    ...counts,
    output: counts.position * outputDepth,
    filterRow: filterRows * outputDepth,
    element: taps * outputDepth,
  };
};
