/** A quantization as one HTML page that needs nothing else: no script, no font, no picture, no network. */
import { html, type Markup } from "../../../bench/profile/html.js";
import { style } from "../../../bench/profile/style.js";
import { thousands } from "../../../emit/text.js";
import type { Evaluation } from "../evaluate.js";
import type { QuantizationReport, Variant } from "../report.js";
import { short } from "./histogram.js";
import { drawLayers } from "./layers.js";
import { drawScatter } from "./scatter.js";
import { reportStyle } from "./style.js";

export function quantizationPage(report: QuantizationReport): string {
  const { model, variants, layers } = report;
  const [{ scheme }] = variants;
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${model} in ${scheme} – xsnn quantize</title>
<style>${style}${reportStyle}</style>
<body>
<h1>${model} <small>in ${scheme}</small></h1>
<p class="note">${note(report)}</p>
<dl class="figures">${figures(report).map(([name, value, about]) => html`<div title="${about}"><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${variants.length > 1 ? drawVariants(report) : ""}
<h2>Layers</h2>
<p class="hint">Noise is what a layer's output differs by from the float model's, as a part of it. Histograms are of float32 on calibration data, by the square root of counts, zeros left out; green is the range that was chosen, red lies outside and is clamped.</p>
${drawLayers(layers)}
</body>
</html>
`.text;
}

function note({ data, options }: QuantizationReport): string {
  const { path, calibration, evaluated, heldOut, preprocessing } = data;
  const prepared = Object.entries(preprocessing).map(([name, values]) => `${name} ${values.join(", ")}`);
  const chosen = Object.entries(options).map(([name, value]) => `${name} ${value}`);
  return [
    `Calibrated with ${thousands(calibration)} samples of ${path}${prepared.length > 0 ? ` (${prepared.join("; ")})` : ""}.`,
    `Evaluated on ${thousands(evaluated)} ${heldOut ? "others" : "samples, which it was calibrated with too"}.`,
    `${chosen.join(", ")}.`,
  ].join(" ");
}

type Figure = readonly [name: string, value: string, about: string];

function figures({ float, variants: [{ evaluation, cost }] }: QuantizationReport): Figure[] {
  const { board } = cost;
  const where = board ? `predicted for ${board.name}` : "predicted";
  const accuracy: Figure[] =
    float.right === undefined
      ? []
      : [
          ["Accuracy", rate(evaluation, "right"), "how often the output is highest that the label names"],
          ["Float accuracy", rate(float, "right"), "the same of the float model"],
        ];
  return [
    ...accuracy,
    ...(evaluation.agreeing === undefined
      ? []
      : [
          [
            "As float",
            rate(evaluation, "agreeing"),
            "how often the highest output is the float model's",
          ] as const,
        ]),
    ["Output SNR", ratio(evaluation.snr), "signal-to-noise ratio of the output against the float model"],
    [
      "Squared error",
      evaluation.meanSquaredError.toExponential(2),
      "mean squared error of the output against the float model",
    ],
    ["Flash", thousands(cost.flashBytes), `bytes, ${where}: bytecode, frozen objects, weights`],
    [
      "RAM",
      thousands(cost.ramBytes),
      board ? `bytes of the XS machine, ${where}` : "bytes of chunks, predicted",
    ],
    ["Instructions", thousands(cost.instructions), `of one inference, ${where}`],
    ...(board
      ? [
          [
            "Time",
            `${short(board.milliseconds.value)} ms`,
            `of one inference, ${where}, not measured`,
          ] as const,
        ]
      : []),
  ];
}

function drawVariants({ float, variants }: QuantizationReport): Markup {
  const hasLabels = float.right !== undefined;
  const what = hasLabels ? "Accuracy" : "Output SNR in dB";
  const worth = ({ evaluation }: Variant) =>
    hasLabels ? (100 * evaluation.right!) / evaluation.samples : Math.min(evaluation.snr, 120);
  const text = (value: number) => (hasLabels ? `${value.toFixed(2)} %` : value.toFixed(1));
  const points = (cost: (variant: Variant) => number) =>
    variants.map((variant) => ({ name: variant.scheme, x: cost(variant), y: worth(variant) }));
  return html`<h2>Schemes</h2>
<div class="charts">${[
    drawScatter(
      `${what} against bytes of flash`,
      points((it) => it.cost.flashBytes),
      text,
    ),
    drawScatter(
      `${what} against instructions of one inference`,
      points((it) => it.cost.instructions),
      text,
    ),
  ]}</div>
<table>
<thead><tr><th class="left">Scheme</th>${hasLabels ? html`<th>Accuracy</th>` : ""}<th>As float</th><th>SNR dB</th><th>Squared error</th><th>Flash</th><th>RAM</th><th>Instructions</th></tr></thead>
<tbody>${variants.map(({ scheme, evaluation, cost }) => html`<tr><th>${scheme}</th>${hasLabels ? html`<td>${rate(evaluation, "right")}</td>` : ""}<td>${rate(evaluation, "agreeing")}</td><td>${ratio(evaluation.snr)}</td><td>${evaluation.meanSquaredError.toExponential(2)}</td><td>${thousands(cost.flashBytes)}</td><td>${thousands(cost.ramBytes)}</td><td>${thousands(cost.instructions)}</td></tr>`)}</tbody>
</table>`;
}

export function rate(evaluation: Evaluation, what: "right" | "agreeing"): string {
  const count = evaluation[what];
  return count === undefined ? "" : `${((100 * count) / evaluation.samples).toFixed(2)} %`;
}

export function ratio(snr: number): string {
  return Number.isFinite(snr) ? snr.toFixed(1) : "exact";
}
