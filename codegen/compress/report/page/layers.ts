/** The error of each layer as bars, with histograms of its weights and output. */
import { html, type Markup } from "../../../bench/profile/html.js";
import type { LayerRow } from "../layers.js";
import { drawHistogram } from "./histogram.js";

export function drawLayers(layers: readonly LayerRow[]): Markup {
  const most = Math.max(...layers.flatMap(({ snr, added }) => [noise(snr), noise(added)]), 1e-12);
  return html`<p class="legend top"><span><i class="whole"></i>against the float model</span><span><i class="alone"></i>what the layer adds alone</span></p>
<table>
<thead><tr><th colspan="2">Layer</th><th>Scheme</th><th class="bar">Noise, of the signal</th><th>SNR dB</th><th>Alone dB</th><th>Cosine</th><th class="left">Weights</th><th class="left">Output</th></tr></thead>
<tbody>${layers.map((layer) => row(layer, most))}</tbody>
</table>`;
}

function row(
  { index, kind, name, scheme, snr, added, cosine, weights, activations }: LayerRow,
  most: number,
): Markup {
  const bar = (ratio: number, className: string) =>
    html`<div class="${className}" style="width:${((100 * noise(ratio)) / most).toFixed(2)}%" title="${(100 * noise(ratio)).toPrecision(2)} %"></div>`;
  return html`<tr><td>${index ?? ""}</td><th>${kind}<span class="name" title="${name}">${name}</span></th><td>${scheme}</td>
<td class="bar">${bar(snr, "whole")}${bar(added, "alone")}</td>
<td>${decibels(snr)}</td><td>${decibels(added)}</td><td>${cosine.toFixed(5)}</td>
<td class="histogram">${weights ? drawHistogram(weights) : ""}</td><td class="histogram">${drawHistogram(activations)}</td></tr>
`;
}

/** Noise as a part of the signal, in amplitudes: 20 dB are a tenth. */
function noise(ratio: number): number {
  return 10 ** (-ratio / 20);
}

function decibels(ratio: number): string {
  return Number.isFinite(ratio) ? ratio.toFixed(1) : "exact";
}
