/** A distillation as one HTML page that needs nothing else: no script, no font, no picture, no network. */
import { html, type Markup } from "../../../bench/profile/html.js";
import { style } from "../../../bench/profile/style.js";
import { thousands } from "../../../emit/text.js";
import type { DistillationReport } from "../distillation.js";
import type { Evaluation } from "../evaluate.js";
import { drawCurves } from "./curves.js";
import { drawLines } from "./lines.js";
import { rate, ratio } from "./page.js";
import { reportStyle } from "./style.js";

export function distillationPage(report: DistillationReport): string {
  const { teacher, student } = report;
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${student} – xsnn distill</title>
<style>${style}${reportStyle}</style>
<body>
<h1>${student} <small>taught by ${teacher}</small></h1>
<p class="note">${note(report)}</p>
<h2>Learning</h2>
<div class="charts">${curves(report)}</div>
<h2>Models</h2>
${models(report)}
</body>
</html>
`.text;
}

function note({ data, options, epoch, epochs }: DistillationReport): string {
  const { path, trained, heldOut, preprocessing } = data;
  const prepared = Object.entries(preprocessing).map(([name, values]) => `${name} ${values.join(", ")}`);
  const chosen = Object.entries(options).map(([name, value]) => `${name} ${value}`);
  return [
    `Trained with ${thousands(trained)} samples of ${path}${prepared.length > 0 ? ` (${prepared.join("; ")})` : ""}, ${thousands(heldOut)} held out.`,
    `${chosen.join(", ")}.`,
    `Written is epoch ${epoch} of ${epochs.length}.`,
  ].join(" ");
}

function curves({ epochs }: DistillationReport): Markup[] {
  const loss = drawCurves("Training", epochs);
  const values = epochs.map(({ validation }) => validation?.accuracy);
  if (values[0] === undefined) return [loss];
  const line = { name: "validation", className: "alone", values };
  return [loss, drawLines("Accuracy by epoch", [line], (value) => `${(100 * value).toFixed(2)} %`)];
}

function models({ weights, evaluations }: DistillationReport): Markup {
  const hasLabels = evaluations?.teacher.right !== undefined;
  const row = (name: string, count: number, it?: Evaluation) =>
    html`<tr><th>${name}</th><td>${thousands(count)}</td>${it && hasLabels ? html`<td>${rate(it, "right")}</td>` : ""}${it ? html`<td>${rate(it, "agreeing")}</td><td>${ratio(it.snr)}</td>` : ""}</tr>`;
  return html`<table>
<thead><tr><th class="left">Model</th><th>Weights</th>${hasLabels ? html`<th>Accuracy</th>` : ""}${evaluations ? html`<th>As teacher</th><th>SNR dB</th>` : ""}</tr></thead>
<tbody>${[
    row("teacher", weights.teacher, evaluations?.teacher),
    row("student before", weights.student, evaluations?.before),
    row("student", weights.student, evaluations?.after),
  ]}</tbody>
</table>`;
}
