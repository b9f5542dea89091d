/** What `xsnn cluster` prints. */
import { quote } from "../../problems/quote.js";
import { arrow, PREDICTED_COLUMNS, predictedCells, predictedNotes } from "../compress/text.js";
import { shortened } from "../layer-name.js";
import { type Column, table } from "../table.js";
import type { ClusteringReport, LayerChange } from "./report.js";

export async function clusteringText(found: ClusteringReport): Promise<string> {
  const { predicted, board } = found;
  const notes = predictedNotes(predicted && { total: predicted, ...(board && { board }) });
  return `${await layers(found)}\n${notes}`;
}

const right = (title: string): Column => ({ title, align: "right" });

function layers({ layers, predicted }: ClusteringReport): Promise<string> {
  const figures = (it: typeof predicted) => (predicted ? predictedCells(it) : []);
  return table(
    [
      right(""),
      { title: "Layer" },
      right("Weights"),
      right("Values"),
      right("Magnitudes"),
      right("Mean square error"),
      right("SNR"),
      ...(predicted ? PREDICTED_COLUMNS : []),
    ],
    [
      ...layers.map(({ index, kind, name, weights, predicted }) => [
        index,
        `${kind} ${quote(shortened(name))}`,
        ...weightCells(weights),
        ...figures(predicted),
      ]),
      ...(predicted ? [["", "All", "", "", "", "", "", ...figures(predicted)]] : []),
    ],
  );
}

function weightCells(weights: LayerChange["weights"]): (string | number)[] {
  if (!weights) return ["", "", "", "", ""];
  const { total, before, after, meanSquaredError, signalToNoise } = weights;
  return [
    total,
    arrow(before.values, after.values),
    arrow(before.magnitudes, after.magnitudes),
    signalToNoise === null ? "0" : meanSquaredError.toExponential(2),
    signalToNoise === null ? "as it was" : `${signalToNoise.toFixed(1)} dB`,
  ];
}
