/** Kernels that compute element by element, or sum up whole rows. */
import type { CodebookFullyConnectedLayer } from "../../../runtime/codebook-fully-connected.js";
import type { DequantizeLayer } from "../../../runtime/dequantize.js";
import type { ElementwiseLayer } from "../../../runtime/elementwise.js";
import type { FullyConnectedLayer } from "../../../runtime/fully-connected.js";
import type { LookupLayer } from "../../../runtime/lookup.js";
import type { MeanLayer } from "../../../runtime/mean.js";
import type { QuantizeLayer } from "../../../runtime/quantize.js";
import type { RescaleLayer } from "../../../runtime/rescale.js";
import type { SigmoidLayer } from "../../../runtime/sigmoid-layer.js";
import type { SoftmaxLayer } from "../../../runtime/softmax.js";
import type { Softmax16Layer } from "../../../runtime/softmax16.js";
import { rowsOf, type Tally, unitsOf } from "./tally.js";

export const fullyConnected: Tally<FullyConnectedLayer> = ({ inputDepth, outputs, outputsPerTile }, tile) => {
  const { first, end } = unitsOf(tile, outputsPerTile, outputs);
  const sum = end - first;
  return { tile: 1, sum, product: sum * inputDepth };
};

export const codebookFullyConnected: Tally<CodebookFullyConnectedLayer> = (layer, tile) => {
  const counts = fullyConnected(layer, tile);
  return { ...counts, word: counts.sum * layer.filterWords };
};

/** ADD, SUB, MUL, MAXIMUM and MINIMUM; `axis` counts the digits into which both operands' offsets are taken apart. */
export const elementwise: Tally<ElementwiseLayer> = ({ elements, elementsPerTile, width, sizes }, tile) => {
  const { first, end } = unitsOf(tile, elementsPerTile, elements);
  const run = rowsOf(first, end, width);
  return { tile: 1, run, axis: 2 * run * sizes.length, element: end - first };
};

/** LOOKUP, QUANTIZE, DEQUANTIZE, and the sigmoid of int16. */
export const oneByOne: Tally<LookupLayer | QuantizeLayer | DequantizeLayer | SigmoidLayer> = (
  { elements, elementsPerTile },
  tile,
) => {
  const { first, end } = unitsOf(tile, elementsPerTile, elements);
  return { tile: 1, element: end - first };
};

/**
 * `shifted` counts elements that a factor of 1 or more makes dearer; half of all are taken to lie below the zero point. int32
 * inputs are taken to use their whole range, half of which costs twice as much more.
 */
export const rescale: Tally<RescaleLayer> = (layer, tile) => {
  const { elements, elementsPerTile, shift, shiftBelow, inputBytes } = layer;
  const { first, end } = unitsOf(tile, elementsPerTile, elements);
  const element = end - first;
  const share = inputBytes === 4 ? 1 : ((shift > 0 ? 1 : 0) + (shiftBelow > 0 ? 1 : 0)) / 2;
  return { tile: 1, element, shifted: element * share };
};

export const softmax: Tally<SoftmaxLayer | Softmax16Layer> = ({ depth, rows, rowsPerTile }, tile) => {
  const { first, end } = unitsOf(tile, rowsPerTile, rows);
  const row = end - first;
  return { tile: 1, row, element: row * depth };
};

/** `loop` counts the calls of the recursive sum. */
export const mean: Tally<MeanLayer> = ({ outputs, outputsPerTile, keptSizes, summedSizes }, tile) => {
  const { first, end } = unitsOf(tile, outputsPerTile, outputs);
  const sum = end - first;
  let loops = 1;
  let calls = 1;
  for (let i = summedSizes.length - 1; i > 0; i--) {
    calls *= summedSizes[i];
    loops += calls;
  }
  return {
    tile: 1,
    sum,
    axis: sum * keptSizes.length,
    loop: sum * loops,
    element: sum * calls * summedSizes[0],
  };
};
