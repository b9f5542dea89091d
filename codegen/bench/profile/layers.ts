import { thousands } from "../../emit/text.js";
import { type LayerCost, perMac } from "../measurement.js";
import { colourOf } from "./colour.js";
import { html, type Markup } from "./html.js";
import type { Span } from "./timeline.js";

/** In narrower boxes, in per cent of the page, there is no room for a word. */
const LABEL_WIDTH = 3;

/** The inference above its layers above the garbage they had collected: what lies below is part of what is above. */
export function drawLayers(layers: readonly LayerCost[], spans: readonly Span[]): Markup {
  return html`<div class="flame">
<div class="row"><div class="box run" style="left:0;width:100%">inference</div></div>
<div class="row">${layers.map((layer, i) => box(layer, spans[i]))}</div>
${collects(layers) ? html`<div class="row thin">${layers.map((layer, i) => collecting(layer, spans[i]))}</div>` : ""}
</div>`;
}

/** Whether any garbage was collected. */
export function collects(layers: readonly LayerCost[]): boolean {
  return layers.some(({ inCollections }) => inCollections > 0);
}

function box(layer: LayerCost, { left, width }: Span): Markup {
  const { op, kind, name, instructions, macs } = layer;
  const each = perMac(instructions, macs);
  const about = [
    `${op} ${kind} ${name}`,
    `${thousands(instructions)} instructions`,
    ...(each === undefined
      ? []
      : [`${thousands(macs)} MACs, ${thousands(Math.round(each))} instructions each`]),
  ].join("\n");
  return html`<div class="box" style="left:${left.toFixed(3)}%;width:${width.toFixed(3)}%;--hue:${colourOf(kind)}" title="${about}">${width < LABEL_WIDTH ? "" : `${op} ${kind}`}</div>`;
}

function collecting({ instructions, inCollections: part }: LayerCost, { left, width }: Span): Markup {
  if (part === 0) return html``;
  const share = part / instructions;
  return html`<div class="box garbage" style="left:${left.toFixed(3)}%;width:${(width * share).toFixed(3)}%" title="${thousands(part)} instructions to collect garbage"></div>`;
}
