/** Figures that change from epoch to epoch. */
import { html, type Markup } from "../../../bench/profile/html.js";

export interface Line {
  readonly name: string;
  /** A class of the style sheet. */
  readonly className: string;
  /** One an epoch; undefined where there is none. */
  readonly values: readonly (number | undefined)[];
}

const WIDTH = 520;
const HEIGHT = 280;
const LEFT = 64;
const RIGHT = 70;
const TOP = 18;
const BOTTOM = 34;

/** @param text of a value on the vertical axis */
export function drawLines(caption: string, lines: readonly Line[], text: (y: number) => string): Markup {
  const all = lines.flatMap(({ values }) => values.filter((value) => value !== undefined));
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const last = Math.max(...lines.map(({ values }) => values.length));
  const x = (i: number) => (LEFT + ((WIDTH - LEFT - RIGHT) * i) / Math.max(1, last - 1)).toFixed(1);
  const y = (value: number) =>
    (HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - TOP) * (value - low)) / (high - low || 1)).toFixed(1);
  const ticks = high > low ? [low, (low + high) / 2, high] : [low];
  const rows = ticks.map(
    (value) =>
      html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}"/><text x="${LEFT - 6}" y="${y(value)}" dy="4" text-anchor="end">${text(value)}</text>`,
  );
  const columns = [...new Set([0, last - 1])].map(
    (i) => html`<text x="${x(i)}" y="${HEIGHT - 12}" text-anchor="middle">${i + 1}</text>`,
  );
  const drawn = lines.map(({ name, className, values }) => {
    const points = values.flatMap((value, i) => (value === undefined ? [] : [`${x(i)},${y(value)}`]));
    const marks = values.flatMap((value, i) =>
      value === undefined
        ? []
        : [
            html`<circle cx="${x(i)}" cy="${y(value)}" r="3"><title>${name}, epoch ${i + 1}: ${text(value)}</title></circle>`,
          ],
    );
    if (points.length === 0) return html``;
    const [end, height] = points[points.length - 1].split(",");
    return html`<g class="curve ${className}"><polyline points="${points.join(" ")}"/>${marks}</g><text class="mark" x="${end}" y="${height}" dx="8" dy="4">${name}</text>`;
  });
  return html`<figure><figcaption>${caption}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${rows}${columns}${drawn}</svg></figure>`;
}
