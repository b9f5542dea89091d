/** A search as one HTML page that needs nothing else: no script, no font, no picture, no network. */
import { html, type Markup } from "../../bench/profile/html.js";
import { style } from "../../bench/profile/style.js";
import { thousands } from "../../emit/text.js";
import { drawCurves } from "../report/page/curves.js";
import { drawScatter } from "../report/page/scatter.js";
import { reportStyle } from "../report/page/style.js";
import { budgetText } from "./budget.js";
import { accuracyOf, type CompressionReport, type StepReport } from "./report.js";

export function compressionPage(report: CompressionReport): string {
  const { model, board, budget, maxDrop, data } = report;
  const tried = report.steps.filter((step) => step.tried);
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${model} on ${board} – xsnn compress</title>
<style>${style}${reportStyle}</style>
<body>
<h1>${model} <small>on ${board}</small></h1>
<p class="note">${`Budget: ${budgetText(budget)}; ${maxDrop} points of accuracy may go. Learned from ${thousands(data.trained)} samples of ${data.path}, evaluated on ${thousands(data.evaluated)} others.`}</p>
<h2>What was tried</h2>
${drawTable(report)}
${tried.length > 0 ? drawPlots(report, tried) : ""}
<h2>What would not meet the budget</h2>
<p class="hint">Predicted for models like these, which were not trained.</p>
${drawPassed(report.steps.filter((step) => !step.tried))}
</body>
</html>
`.text;
}

function drawTable({ float, steps, chosen }: CompressionReport): Markup {
  const accuracy = (right: number, samples: number) => `${((100 * right) / samples).toFixed(2)} %`;
  const rows = steps.flatMap(({ name, cost, share, tried }, i) =>
    tried
      ? [
          html`<tr><th class="left">${i === chosen ? `${name} ✓` : name}</th><td>${accuracy(accuracyOf(tried.evaluation), tried.evaluation.samples)}</td><td>${tried.drop.toFixed(2)}</td><td>${thousands(tried.nonZero)}</td><td>${thousands(cost.flashBytes)}</td><td>${thousands(cost.ramBytes)}</td><td>${thousands(cost.instructions)}</td><td>${tried.counted === undefined ? "" : thousands(tried.counted)}</td><td>${cost.board!.milliseconds.value.toFixed(1)}</td><td>${(100 * share).toFixed(0)} %</td></tr>`,
        ]
      : [],
  );
  return html`<table><thead><tr><th class="left"></th><th>${float.right === undefined ? "As float" : "Accuracy"}</th><th>Drop</th><th>Weights</th><th>Flash</th><th>RAM</th><th>Predicted</th><th>Counted</th><th>ms</th><th>Of budget</th></tr></thead><tbody><tr><th class="left">float32</th><td>${accuracy(accuracyOf(float), float.samples)}</td><td></td><td></td><td></td><td></td><td></td><td></td><td></td><td></td></tr>${rows}</tbody></table>`;
}

function drawPlots({ chosen, steps }: CompressionReport, tried: readonly StepReport[]): Markup {
  const first = chosen === undefined ? [] : [steps[chosen]];
  const ordered = [...first, ...tried.filter((step) => !first.includes(step))];
  const points = (x: (step: StepReport) => number) =>
    ordered.map((step) => {
      const { evaluation } = step.tried!;
      return { name: step.name, x: x(step), y: (100 * accuracyOf(evaluation)) / evaluation.samples };
    });
  const yText = (y: number) => `${y.toFixed(2)} %`;
  const trained = ordered.filter(({ tried }) => tried!.epochs.length > 0);
  return html`<div class="charts">${drawScatter(
    "Accuracy against instructions",
    points(({ cost, tried }) => tried!.counted ?? cost.instructions),
    yText,
  )}${drawScatter(
    "Accuracy against flash",
    points(({ cost }) => cost.flashBytes),
    yText,
  )}</div>
${trained.length > 0 ? html`<h2>How they learned</h2><div class="charts">${trained.map(({ name, tried }) => drawCurves(name, tried!.epochs))}</div>` : ""}`;
}

function drawPassed(steps: readonly StepReport[]): Markup {
  const rows = steps.map(
    ({ name, cost, share }) =>
      html`<tr><th class="left">${name}</th><td>${thousands(cost.flashBytes)}</td><td>${thousands(cost.ramBytes)}</td><td>${thousands(cost.instructions)}</td><td>${(100 * share).toFixed(0)} %</td></tr>`,
  );
  return html`<table><thead><tr><th class="left"></th><th>Flash</th><th>RAM</th><th>Instructions</th><th>Of budget</th></tr></thead><tbody>${rows}</tbody></table>`;
}
