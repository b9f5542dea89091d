/** A tensor's values with the range that was chosen for them. */
import { html, type Markup } from "../../../bench/profile/html.js";
import type { Chosen } from "../layers.js";

const WIDTH = 240;
const HEIGHT = 48;

/** Bars are as long as the square roots of counts, so that tails are seen; values outside the range are red. */
export function drawHistogram({ low, high, float, scales, dtype }: Chosen): Markup {
  const { min, max, zeros, counts } = float;
  const [left, right] = [Math.min(min, low), Math.max(max, high)];
  const x = (value: number) => ((value - left) / (right - left || 1)) * WIDTH;
  const most = Math.sqrt(Math.max(1, ...counts));
  const width = (max - min) / (counts.length || 1);
  const bars = counts.flatMap((count, i) => {
    if (count === 0) return [];
    const from = min + i * width;
    const height = (Math.sqrt(count) / most) * (HEIGHT - 4);
    const middle = from + width / 2;
    const isOutside = middle < low || middle > high;
    return [
      html`<rect class="${isOutside ? "outside" : "bin"}" x="${fixed(x(from))}" y="${fixed(HEIGHT - height)}" width="${fixed(Math.max(0.5, x(from + width) - x(from)))}" height="${fixed(height)}"/>`,
    ];
  });
  const edges = [low, high].map(
    (value) =>
      html`<line class="edge" x1="${fixed(x(value))}" x2="${fixed(x(value))}" y1="0" y2="${HEIGHT}"/>`,
  );
  const channels = scales > 1 ? `, ${scales} scales, the widest` : "";
  const title = `${dtype}${channels}: ${short(low)} to ${short(high)}; float32: ${short(min)} to ${short(max)}, ${(100 * zeros).toFixed(0)} % zeros`;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><title>${title}</title><rect class="range" x="${fixed(x(low))}" y="0" width="${fixed(x(high) - x(low))}" height="${HEIGHT}"/>${bars}${edges}</svg><small>${short(low)} to ${short(high)}</small>`;
}

function fixed(value: number): string {
  return value.toFixed(2);
}

/** A number with three digits. */
export function short(value: number): string {
  return `${Number(value.toPrecision(3))}`;
}
