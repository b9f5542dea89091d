/** Predictions in the tables of commands that change weights. */
import type { LayersCost } from "../../compress/prune/plans.js";
import { thousands } from "../../emit/text.js";
import { between, TIMES } from "../fit-text.js";
import type { Column } from "../table.js";
import type { Change, PredictedChange } from "./predicted-change.js";

export const PREDICTED_COLUMNS: readonly Column[] = [
  { title: "Instructions", align: "right" },
  { title: "Flash", align: "right" },
];

/** What goes into those columns; nothing where a layer is computed with another. */
export function predictedCells(change: Change<LayersCost> | undefined): string[] {
  if (!change) return ["", ""];
  const { before, after } = change;
  return [
    arrow(Math.round(before.instructions), Math.round(after.instructions)),
    arrow(Math.round(before.flashBytes), Math.round(after.flashBytes)),
  ];
}

/** What is to be said of them below the table. */
export function predictedNotes(predicted: Pick<PredictedChange, "total" | "board"> | undefined): string {
  if (!predicted)
    return "Instructions and flash are known of quantized models only: --data quantizes a copy to predict them.\n";
  const lines = [
    "Instructions and flash are predicted, without zeros among activations and without collections. Operators that are computed as one have them together, beside the first.",
  ];
  const { board } = predicted;
  if (board) {
    const time = ({ milliseconds }: typeof board.before) => between(milliseconds, TIMES);
    lines.push(
      `${board.name}, predicted, not measured: ${time(board.before)} an inference before, ${time(board.after)} now.`,
    );
  }
  return `${lines.join("\n")}\n`;
}

export function arrow(before: number, after: number): string {
  return `${thousands(before)} → ${thousands(after)}`;
}
