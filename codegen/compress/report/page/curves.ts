/** How a loss fell from epoch to epoch. */
import { html, type Markup } from "../../../bench/profile/html.js";
import type { Epoch } from "../../train/history.js";

const WIDTH = 520;
const HEIGHT = 220;
const LEFT = 64;
const RIGHT = 110;
const TOP = 18;
const BOTTOM = 34;

/** The losses of training and validation data. */
export function drawCurves(caption: string, epochs: readonly Epoch[]): Markup {
  const validation = epochs.flatMap(({ validation }) => validation?.loss ?? []);
  const training = epochs.map(({ loss }) => loss);
  const all = [...training, ...validation];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const x = (i: number) => LEFT + (i / Math.max(1, epochs.length - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (loss: number) =>
    HEIGHT - BOTTOM - ((loss - least) / (most - least || 1)) * (HEIGHT - TOP - BOTTOM);
  const curve = (name: string, className: string, losses: readonly number[]) => {
    if (losses.length === 0) return html``;
    const points = losses.map((loss, i) => `${x(i).toFixed(1)},${y(loss).toFixed(1)}`).join(" ");
    return html`<polyline class="curve ${className}" points="${points}"/><text class="mark" x="${x(losses.length - 1) + 6}" y="${y(losses[losses.length - 1])}" dy="4">${name}</text>`;
  };
  const rows = [least, most].map(
    (loss) =>
      html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(loss)}" y2="${y(loss)}"/><text x="${LEFT - 6}" y="${y(loss)}" dy="4" text-anchor="end">${loss.toPrecision(3)}</text>`,
  );
  const ends = [0, epochs.length - 1].map(
    (i) => html`<text x="${x(i)}" y="${HEIGHT - 12}" text-anchor="middle">${epochs[i].epoch}</text>`,
  );
  return html`<figure><figcaption>${`${caption}: loss by epoch`}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${rows}${ends}${curve("training", "whole", training)}${curve("validation", "alone", validation)}</svg></figure>`;
}
