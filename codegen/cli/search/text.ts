/** What `xsnn compress` prints. */
import { budgetText } from "../../compress/search/budget.js";
import { accuracyOf, type CompressionReport } from "../../compress/search/report.js";
import { thousands } from "../../emit/text.js";
import { percent } from "../quantize/text.js";
import { table } from "../table.js";

export async function compressionText(report: CompressionReport): Promise<string> {
  return `${await steps(report)}\n${notes(report)}`;
}

/** The path: the float model, and what was tried. */
function steps({ float, steps, chosen }: CompressionReport): Promise<string> {
  return table(
    [
      { title: "" },
      { title: float.right === undefined ? "As float" : "Accuracy", align: "right" },
      { title: "Drop", align: "right" },
      { title: "Weights", align: "right" },
      { title: "Flash", align: "right" },
      { title: "RAM", align: "right" },
      { title: "Predicted", align: "right" },
      { title: "Counted", align: "right" },
      { title: "ms", align: "right" },
      { title: "Of budget", align: "right" },
    ],
    [
      ["float32", percent(accuracyOf(float), float.samples), "", "", "", "", "", "", "", ""],
      ...steps.flatMap(({ name, cost, share, tried }, i) => {
        if (!tried) return [];
        const { evaluation, drop, nonZero, counted } = tried;
        return [
          [
            i === chosen ? `${name} ✓` : name,
            percent(accuracyOf(evaluation), evaluation.samples),
            drop.toFixed(2),
            nonZero,
            cost.flashBytes,
            cost.ramBytes,
            cost.instructions,
            counted ?? "",
            cost.board!.milliseconds.value.toFixed(1),
            `${(100 * share).toFixed(0)} %`,
          ],
        ];
      }),
    ],
  );
}

function notes({ budget, board, maxDrop, data, steps }: CompressionReport): string {
  const passed = steps.filter(({ tried }) => !tried).length;
  const learned = thousands(data.trained);
  return [
    `Budget on ${board}: ${budgetText(budget)}; ${maxDrop} points of accuracy may go.`,
    `Learned from ${learned} samples of ${data.path}, evaluated on ${thousands(data.evaluated)} others.`,
    ...(passed > 0 ? [`${passed} more were not trained: they would not meet the budget.`] : []),
    "Weights: those that are not zero. Counted: instructions of one inference on the emulated board, collections included.",
    "",
  ].join("\n");
}
