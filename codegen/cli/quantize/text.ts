/** What `xsnn quantize` prints. */
import type { Evaluation } from "../../compress/report/evaluate.js";
import type { LayerRow } from "../../compress/report/layers.js";
import type { QuantizationReport, Variant } from "../../compress/report/report.js";
import { thousands } from "../../emit/text.js";
import { quote } from "../../problems/quote.js";
import { between, ENERGIES, TIMES } from "../fit-text.js";
import { shortened } from "../layer-name.js";
import { type Column, table } from "../table.js";

export async function quantizationText(report: QuantizationReport): Promise<string> {
  return `${await layers(report.layers)}\n${await variants(report)}\n${notes(report)}`;
}

function layers(rows: readonly LayerRow[]): Promise<string> {
  return table(
    [
      { title: "", align: "right" },
      { title: "Layer" },
      { title: "Weights/output" },
      { title: "SNR dB", align: "right" },
      { title: "Alone", align: "right" },
      { title: "Cosine", align: "right" },
      { title: "Weights", align: "right" },
      { title: "Output", align: "right" },
    ],
    rows.map((row) => [
      row.index ?? "",
      `${row.kind} ${quote(shortened(row.name))}`,
      row.scheme,
      decibels(row.snr),
      decibels(row.added),
      row.cosine.toFixed(6),
      row.weights ? `±${digits(row.weights.high)}` : "",
      `${digits(row.activations.low)} to ${digits(row.activations.high)}`,
    ]),
  );
}

function variants({ float, variants, data }: QuantizationReport): Promise<string> {
  const hasLabels = float.right !== undefined;
  const right: readonly Column[] = hasLabels ? [{ title: "Accuracy", align: "right" }] : [];
  const titles = ["As float", "SNR dB", "Squared error", "Flash", "RAM", "Instructions"];
  const accuracy = ({ right = 0, samples }: Evaluation) => (hasLabels ? [percent(right, samples)] : []);
  return table(
    [
      { title: `${thousands(data.evaluated)} samples` },
      ...right,
      ...titles.map((title): Column => ({ title, align: "right" })),
    ],
    [
      ["float32", ...accuracy(float), "", "", "", "", "", ""],
      ...variants.map(({ scheme, evaluation, cost }) => [
        scheme,
        ...accuracy(evaluation),
        evaluation.agreeing === undefined ? "" : percent(evaluation.agreeing, evaluation.samples),
        decibels(evaluation.snr),
        evaluation.meanSquaredError.toExponential(2),
        cost.flashBytes,
        cost.ramBytes,
        cost.instructions,
      ]),
    ],
  );
}

function notes({ data, variants: [{ cost }] }: QuantizationReport): string {
  const { calibration, heldOut, path } = data;
  const which = heldOut ? "others" : "the same ones, which flatters: --samples holds some back";
  return [
    `Calibrated with ${thousands(calibration)} samples of ${path}, evaluated on ${which}.`,
    "SNR: of a layer's output against float32; alone: of what it adds itself. As float: how often the same output is highest.",
    ...boardNotes(cost),
    "",
  ].join("\n");
}

function boardNotes({ board, flashBytes, ramBytes }: Variant["cost"]): string[] {
  if (!board)
    return [
      "Flash, RAM (chunks) and instructions are predicted, without zeros among activations and without collections; --board says more.",
    ];
  const { name, fits, flashAvailable, ramAvailable, milliseconds, millijoules } = board;
  const verdict = fits ? "it fits" : "it does not fit";
  return [
    `${name}: ${verdict}, in ${thousands(flashBytes)} of ${thousands(flashAvailable)} bytes of flash and a machine of ${thousands(ramBytes)} of ${thousands(ramAvailable)} bytes.`,
    `Predicted, not measured, with these inputs: ${between(milliseconds, TIMES)}, ${between(millijoules, ENERGIES)} an inference.`,
  ];
}

/** A part of a whole, e.g. `97.75 %`. */
export function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(2)} %`;
}

/** A ratio of signal to noise; there is none where nothing differs. */
export function decibels(ratio: number): string {
  return ratio === Number.POSITIVE_INFINITY ? "exact" : ratio.toFixed(1);
}

function digits(value: number): string {
  return `${Number(value.toPrecision(3))}`;
}
