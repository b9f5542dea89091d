import { thousands } from "../../emit/text.js";
import { type LayerCost, perMac } from "../measurement.js";
import { colourOf } from "./colour.js";
import { html, type Markup } from "./html.js";
import { type Block, liveBytes } from "./memory-map.js";

/** The layers as a bar chart with their figures. */
export function drawTable({
  layers,
  blocks,
}: {
  readonly layers: readonly LayerCost[];
  readonly blocks: readonly Block[];
}): Markup {
  const total = layers.reduce((sum, { instructions }) => sum + instructions, 0) || 1;
  const most = layers.reduce((max, { instructions }) => Math.max(max, instructions), 1);
  return html`<table>
<thead><tr><th colspan="2">Layer</th><th class="bar"></th><th>Instructions</th><th>Share</th><th>MACs</th><th>per MAC</th><th>Collecting</th><th>Live arena</th></tr></thead>
<tbody>${layers.map((layer, i) => row(layer, { total, most, live: liveBytes(blocks, i) }))}</tbody>
</table>`;
}

function row(
  { op, kind, name, instructions, macs, inCollections }: LayerCost,
  { total, most, live }: { readonly total: number; readonly most: number; readonly live: number },
): Markup {
  const each = perMac(instructions, macs);
  return html`<tr><td>${op}</td><th>${kind}<span class="name">${name}</span></th>
<td class="bar"><div style="width:${((100 * instructions) / most).toFixed(2)}%;--hue:${colourOf(kind)}"></div></td>
<td>${thousands(instructions)}</td><td>${((100 * instructions) / total).toFixed(1)} %</td><td>${macs === 0 ? "" : thousands(macs)}</td><td>${each === undefined ? "" : thousands(Math.round(each))}</td><td>${inCollections === 0 ? "" : thousands(inCollections)}</td><td>${thousands(live)}</td></tr>
`;
}
