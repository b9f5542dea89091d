/** Profiles as one HTML page that needs nothing else: no script, no font, no picture, no network. */
import { thousands } from "../../emit/text.js";
import type { LayerCost } from "../measurement.js";
import { html, type Markup } from "./html.js";
import { collects, drawLayers } from "./layers.js";
import { drawMemory } from "./memory.js";
import type { Block } from "./memory-map.js";
import { style } from "./style.js";
import { drawTable } from "./table.js";
import { byInstructions, equally } from "./timeline.js";

/** A model on a board. */
export interface Profile {
  readonly model: string;
  readonly board: string;
  /** What was counted how. */
  readonly note: string;
  /** What the counts are not; empty where they are the board's. */
  readonly warning: string;
  /** Figures of the whole inference: a name, a value, and what it is. */
  readonly figures: readonly (readonly [name: string, value: string, about: string])[];
  readonly layers: readonly LayerCost[];
  readonly arenaBytes: number;
  readonly blocks: readonly Block[];
}

/** The page, as UTF-8. */
export function profilePage(profiles: readonly Profile[]): Uint8Array {
  const page = html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${profiles.map(({ model, board }) => `${model} on ${board}`).join(", ")} – xsnn profile</title>
<style>${style}</style>
<body>
${profiles.map(section)}
</body>
</html>
`;
  return new TextEncoder().encode(page.text);
}

function section(profile: Profile, index: number): Markup {
  const { model, board, note, warning, figures, layers, blocks } = profile;
  const choice = (name: string, label: string, checked: string) =>
    html`<label><input type="radio" name="scale${index}" value="${name}"${checked}>${label}</label>`;
  return html`<section>
<h1>${model} <small>on ${board}</small></h1>
<p class="note">${note}</p>
${warning && html`<p class="warning">${warning}</p>`}
<dl class="figures">${figures.map(([name, value, about]) => html`<div title="${about}"><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<fieldset><legend>Width of a layer</legend>${choice("time", "its instructions", " checked")}${choice("equal", "equal for all", "")}</fieldset>
<div class="view time">${drawLayers(layers, byInstructions(layers))}${drawMemory(profile, byInstructions(layers))}
${drawAxis(layers.reduce((sum, { instructions }) => sum + instructions, 0))}</div>
<div class="view equal">${drawLayers(layers, equally(layers))}${drawMemory(profile, equally(layers))}
<p class="unit">layers in the order of execution</p></div>
<p class="legend">${legend(layers, blocks).map(([name, label]) => html`<span><i class="${name}"></i>${label}</span>`)}</p>
${drawTable(profile)}
</section>
`;
}

function drawAxis(instructions: number): Markup {
  const tick = (part: number) =>
    html`<span style="left:${100 * part}%">${thousands(Math.round(instructions * part))}</span>`;
  return html`<div class="axis">${[0, 0.25, 0.5, 0.75, 1].map(tick)}</div>
<p class="unit">instructions since the inference began</p>`;
}

/** Class and meaning of each colour that is drawn. */
function legend(layers: readonly LayerCost[], blocks: readonly Block[]): (readonly [string, string])[] {
  const meanings: Readonly<Record<Block["kind"], string>> = {
    input: "input",
    between: "between layers",
    output: "output",
    state: "streaming state",
  };
  const kinds = new Set(blocks.map(({ kind }) => kind));
  const drawn = Object.entries(meanings).filter(([kind]) => kinds.has(kind as Block["kind"]));
  return collects(layers) ? [["garbage", "collecting garbage"], ...drawn] : drawn;
}
