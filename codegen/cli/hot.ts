/** Hot weights on a board: what the planner is told, and what it reports. */
import type { Board, ChipBoard } from "../../boards/board.js";
import { missCycles, type Prediction } from "../../boards/predict.js";
import type { Report } from "../emit/report.js";
import { thousands } from "../emit/text.js";
import type { PlanOptions } from "../plan/options.js";
import { refuse } from "../problems/problem.js";

/**
 * The planner's option for so many bytes; nothing where none are given.
 *
 * @throws Refusal `hot-needs-board` without a board, `board-is-host` for this computer
 */
export function hotOptions(bytes: number | undefined, board: Board | undefined): PlanOptions {
  if (bytes === undefined) return {};
  if (!board) return refuse("hot-needs-board", {});
  if (board.kind === "host") return refuse("board-is-host", { board: board.name });
  const { cacheBytes, cacheLineBytes } = board.flash;
  const cache = {
    bytes: cacheBytes.value,
    lineBytes: cacheLineBytes.value,
    missCycles: missCycles(board).value,
  };
  return { hot: { bytes, cache } };
}

/** What it buys, as a line. */
export function hotText(
  { hot, weightsBytes }: Report,
  board: ChipBoard,
  { milliseconds }: Prediction,
): string {
  if (!hot) return "";
  const cache = board.flash.cacheBytes.value;
  if (hot.layers.length === 0)
    return weightsBytes <= cache
      ? `Hot: nothing. ${thousands(weightsBytes)} bytes of weights fit the cache of ${thousands(cache)}: a copy in RAM saves nothing.\n`
      : "Hot: nothing. There is no layer that reads weights at run time and fits into the RAM that is left.\n";
  const cycles = hot.layers.reduce((sum, layer) => sum + layer.cycles, 0);
  const saved = cycles / (1000 * board.clockMegahertz.value);
  const share = (100 * saved) / milliseconds.value;
  return (
    `Hot: ${hot.layers.length} layers, ${thousands(hot.bytes)} bytes of RAM. An inference waits ${thousands(cycles)} cycles less for ` +
    `flash, ${digits(saved)} of ${digits(milliseconds.value)} ms (${digits(share)} %), predicted.\n`
  );
}

function digits(value: number): string {
  return `${Number(value.toPrecision(2))}`;
}
