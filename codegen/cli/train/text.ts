/** What `xsnn distill` prints. */
import type { DistillationReport } from "../../compress/report/distillation.js";
import type { Evaluation } from "../../compress/report/evaluate.js";
import { thousands } from "../../emit/text.js";
import { decibels, percent } from "../quantize/text.js";
import { type Column, table } from "../table.js";

/** Epochs that are printed of many. */
const SHOWN = 10;

export async function distillationText(report: DistillationReport): Promise<string> {
  return `${await curve(report)}\n${await models(report)}\n${notes(report)}`;
}

const right = (title: string): Column => ({ title, align: "right" });

/** The first epochs, one of several, and the last. */
function curve({ epochs, evaluations }: DistillationReport): Promise<string> {
  const every = Math.ceil(epochs.length / SHOWN);
  const shown = epochs.filter(({ epoch }) => epoch % every === 0 || epoch === epochs.length);
  const hasLabels = evaluations?.teacher.right !== undefined;
  return table(
    [
      right("Epoch"),
      right("Loss"),
      ...(evaluations ? [right("Held out")] : []),
      ...(hasLabels ? [right("Accuracy")] : []),
    ],
    shown.map(({ epoch, loss, validation }) => [
      epoch,
      loss.toFixed(4),
      ...(evaluations ? [validation?.loss.toFixed(4) ?? ""] : []),
      ...(hasLabels ? [percent(validation?.accuracy ?? 0, 1)] : []),
    ]),
  );
}

function models({ evaluations, weights, data }: DistillationReport): Promise<string> {
  const hasLabels = evaluations?.teacher.right !== undefined;
  const figures = (it?: Evaluation) =>
    it
      ? [
          ...(hasLabels ? [percent(it.right!, it.samples)] : []),
          it.agreeing === undefined ? "" : percent(it.agreeing, it.samples),
          decibels(it.snr),
        ]
      : [];
  return table(
    [
      { title: evaluations ? `${thousands(data.heldOut)} samples held out` : "" },
      right("Weights"),
      ...(hasLabels ? [right("Accuracy")] : []),
      ...(evaluations ? [right("As teacher"), right("SNR dB")] : []),
    ],
    [
      ["teacher", weights.teacher, ...figures(evaluations?.teacher)],
      ["student before", weights.student, ...figures(evaluations?.before)],
      ["student", weights.student, ...figures(evaluations?.after)],
    ],
  );
}

function notes({ data, epochs, epoch, student, options, evaluations }: DistillationReport): string {
  const held = evaluations
    ? `evaluated on ${thousands(data.heldOut)} others`
    : "and none held out: --validate holds some back";
  const lines = [
    `Student: ${student}. Trained with ${thousands(data.trained)} samples of ${data.path}, ${held}.`,
  ];
  if (epochs.length < Number(options.epochs))
    lines.push(`Stopped after ${epochs.length} of ${options.epochs} epochs.`);
  if (epoch !== epochs.length)
    lines.push(`The student is that of epoch ${epoch}, whose loss on them was lowest.`);
  if (evaluations)
    lines.push("As teacher: how often the same output is highest. SNR: of the output against the teacher's.");
  return `${lines.join("\n")}\n`;
}
