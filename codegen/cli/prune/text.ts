/** What `xsnn prune` prints. */
import { thousands } from "../../emit/text.js";
import { quote } from "../../problems/quote.js";
import { between, TIMES } from "../fit-text.js";
import { shortened } from "../layer-name.js";
import { percent } from "../quantize/text.js";
import { type Column, table } from "../table.js";
import type { Change, LayerChange, PruningReport } from "./report.js";

export async function pruningText(found: PruningReport): Promise<string> {
  return `${await layers(found)}\n${notes(found)}`;
}

function layers({ layers, total, predicted }: PruningReport): Promise<string> {
  const right = (title: string): Column => ({ title, align: "right" });
  const figures = (it: LayerChange["predicted"]) => {
    if (!predicted) return [];
    return it ? [changed(it, "instructions"), changed(it, "flashBytes")] : ["", ""];
  };
  return table(
    [
      right(""),
      { title: "Layer" },
      right("Weights"),
      right("Zero or gone"),
      right("Share"),
      ...(predicted ? [right("Instructions"), right("Flash")] : []),
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

function notes({ predicted, board }: PruningReport): string {
  if (!predicted)
    return "Instructions and flash are known of quantized models only: --data quantizes a copy to predict them.\n";
  const lines = [
    "Instructions and flash are predicted, without zeros among activations and without collections. Operators that are computed as one have them together, beside the first.",
  ];
  if (board) {
    const time = ({ milliseconds }: typeof board.before) => between(milliseconds, TIMES);
    lines.push(
      `${board.name}, predicted, not measured: ${time(board.before)} an inference before, ${time(board.after)} now.`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function changed<Key extends string>(change: Change<Readonly<Record<Key, number>>>, key: Key): string {
  return arrow(Math.round(change.before[key]), Math.round(change.after[key]));
}

function arrow(before: number, after: number): string {
  return `${thousands(before)} → ${thousands(after)}`;
}
