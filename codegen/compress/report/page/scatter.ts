/** How good variants are against what they cost. */
import { html, type Markup } from "../../../bench/profile/html.js";
import { thousands } from "../../../emit/text.js";

export interface Point {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

const WIDTH = 520;
const HEIGHT = 280;
const LEFT = 64;
const RIGHT = 70;
const TOP = 18;
const BOTTOM = 34;
/** Part of an axis that is left free on each side of the points. */
const MARGIN = 0.1;
/** Costs that differ by more than this factor are drawn by their logarithms. */
const SPREAD = 8;

/** @param points the first is what was written */
export function drawScatter(caption: string, points: readonly Point[], yText: (y: number) => string): Markup {
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
  const x = axis(xs, LEFT, WIDTH - RIGHT, Math.max(...xs) > SPREAD * Math.min(...xs));
  const y = axis(ys, HEIGHT - BOTTOM, TOP, false);
  const rows = y.ticks.map(
    (value) =>
      html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.at(value)}" y2="${y.at(value)}"/><text x="${LEFT - 6}" y="${y.at(value)}" dy="4" text-anchor="end">${yText(value)}</text>`,
  );
  const columns = x.ticks.map(
    (value) =>
      html`<text x="${x.at(value)}" y="${HEIGHT - 12}" text-anchor="middle">${thousands(Math.round(value))}</text>`,
  );
  const dots = points.map(
    (point, i) =>
      html`<circle class="${i === 0 ? "chosen" : "dot"}" cx="${x.at(point.x)}" cy="${y.at(point.y)}" r="5"><title>${point.name}: ${thousands(point.x)}, ${yText(point.y)}</title></circle><text class="mark" x="${x.at(point.x)}" y="${y.at(point.y)}" dx="8" dy="4">${point.name}</text>`,
  );
  return html`<figure><figcaption>${caption}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${rows}${columns}${dots}</svg></figure>`;
}

/** Where values are between two places, with the least, the middle and the greatest as ticks. */
function axis(values: readonly number[], from: number, to: number, isLogarithmic: boolean) {
  const [there, back] = isLogarithmic
    ? [Math.log, Math.exp]
    : [(value: number) => value, (value: number) => value];
  const [least, most] = [there(Math.min(...values)), there(Math.max(...values))];
  const span = most - least || Math.abs(most) || 1;
  const [low, high] = [least - MARGIN * span, most + MARGIN * span];
  const at = (value: number) => (from + ((there(value) - low) / (high - low)) * (to - from)).toFixed(1);
  return { at, ticks: (most > least ? [least, (least + most) / 2, most] : [least]).map(back) };
}
