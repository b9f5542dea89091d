/** Kernels that keep state: SVDF and the LSTM. */
import type { LstmLayer } from "../../../runtime/lstm.js";
import type { SvdfLayer } from "../../../runtime/svdf.js";
import { rowsOf, type Tally, unitsOf } from "./tally.js";

export const svdf: Tally<SvdfLayer> = ({ inputDepth, memory, rank, outputs, outputsPerTile }, tile) => {
  const { first, end } = unitsOf(tile, outputsPerTile, outputs);
  const output = end - first;
  const filter = output * rank;
  return { tile: 1, output, filter, product: filter * inputDepth, weighed: filter * memory };
};

/** `step` counts the copies of a whole hidden state. */
export const lstm: Tally<LstmLayer> = ({ inputDepth, cells, outputs, outputsPerTile }, tile) => {
  const { first, end } = unitsOf(tile, outputsPerTile, outputs);
  const output = end - first;
  return { tile: 1, output, step: rowsOf(first, end, cells), product: output * 4 * (inputDepth + cells) };
};
