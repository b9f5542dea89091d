import { thousands } from "../../emit/text.js";
import { html, type Markup } from "./html.js";
import type { Block } from "./memory-map.js";
import type { Span } from "./timeline.js";

/** Boxes smaller than this, in per cent of the drawing, have no room for a word. */
const LABEL_WIDTH = 4;
const LABEL_HEIGHT = 7;

/** The arena over time: offset 0 at the bottom, a box for as long as something holds its bytes. */
export function drawMemory(
  { arenaBytes, blocks }: { readonly arenaBytes: number; readonly blocks: readonly Block[] },
  spans: readonly Span[],
): Markup {
  return html`<p class="caption">arena: ${thousands(arenaBytes)} bytes, offset 0 at the bottom</p><div class="memory">${blocks.map((block) => box(block, arenaBytes, spans))}</div>`;
}

function box(
  { names, kind, offset, bytes, first, last }: Block,
  arenaBytes: number,
  spans: readonly Span[],
): Markup {
  const left = spans[first]?.left ?? 0;
  const end = spans[last];
  const width = (end ? end.left + end.width : 100) - left;
  const height = (100 * bytes) / arenaBytes;
  const about = `${names.join(", ")}\n${thousands(bytes)} bytes at ${thousands(offset)}`;
  const label = width < LABEL_WIDTH || height < LABEL_HEIGHT ? "" : names[0];
  return html`<div class="box ${kind}" style="left:${left.toFixed(3)}%;width:${width.toFixed(3)}%;bottom:${((100 * offset) / arenaBytes).toFixed(3)}%;height:${height.toFixed(3)}%" title="${about}">${label}</div>`;
}
