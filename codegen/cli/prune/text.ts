/** What `xsnn prune` prints. */
import { quote } from "../../problems/quote.js";
import { arrow, PREDICTED_COLUMNS, predictedCells, predictedNotes } from "../compress/text.js";
import { shortened } from "../layer-name.js";
import { percent } from "../quantize/text.js";
import { type Column, table } from "../table.js";
import type { PruningReport } from "./report.js";

export async function pruningText(found: PruningReport): Promise<string> {
  const { predicted, board } = found;
  const notes = predictedNotes(predicted && { total: predicted, ...(board && { board }) });
  return `${await layers(found)}\n${notes}`;
}

function layers({ layers, total, predicted }: PruningReport): Promise<string> {
  const right = (title: string): Column => ({ title, align: "right" });
  const figures = (it: typeof predicted) => (predicted ? predictedCells(it) : []);
  return table(
    [
      right(""),
      { title: "Layer" },
      right("Weights"),
      right("Zero or gone"),
      right("Share"),
      ...(predicted ? PREDICTED_COLUMNS : []),
    ],
    [
      ...layers.map(({ index, kind, name, weights, predicted }) => [
        index,
        `${kind} ${quote(shortened(name))}`,
        ...(weights
          ? [weights.total, arrow(weights.zeroBefore, weights.pruned), percent(weights.pruned, weights.total)]
          : ["", "", ""]),
        ...figures(predicted),
      ]),
      [
        "",
        "All",
        total.weights,
        arrow(total.zeroBefore, total.pruned),
        percent(total.pruned, total.weights),
        ...figures(predicted),
      ],
    ],
  );
}
