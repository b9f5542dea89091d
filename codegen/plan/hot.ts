/**
 * Hot weights: where RAM is left, layers whose weights keep the flash busy may have a copy of them there. A line of flash that
 * is not in the cache takes hundreds of cycles; what is in it takes no more than RAM. So this model of a cache decides:
 *
 * - All weights of a model that fits the cache stay in it: a copy saves nothing.
 * - Else the layers push each other's weights out between inferences: a layer fetches each of its lines once.
 * - A layer whose own weights do not fit fetches them each time that it passes over them.
 *
 * Code competes for the same cache, which is in the board's misses per thousand instructions and not in here.
 */
import type { HotPart } from "../../runtime/hot.js";
import type { PlannedLayer } from "./plan.js";
import type { Section } from "./weights.js";

/** A chip's cache of flash. */
export interface FlashCache {
  readonly bytes: number;
  readonly lineBytes: number;
  /** Cycles that the processor waits for a line. */
  readonly missCycles: number;
}

/** What the planner may do. */
export interface HotOptions {
  /** The most bytes of RAM for copies. */
  readonly bytes: number;
  readonly cache: FlashCache;
}

/** A layer whose weights are in RAM. */
export interface HotLayer {
  /** Its place in the plan. */
  readonly layer: number;
  readonly bytes: number;
  /** What an inference no longer waits for, as predicted. */
  readonly misses: number;
  readonly cycles: number;
}

/** What a plan keeps in RAM. */
export interface HotPlan {
  /** Those that were chosen; weights that are trained are among the bytes and parts without it. */
  readonly layers: readonly HotLayer[];
  readonly bytes: number;
  readonly parts: readonly HotPart[];
}

/**
 * The layers that save most a byte, while there is room; in the order of the plan. None where nothing is saved.
 *
 * @param weightsBytes of the whole model
 */
export function chooseHot(
  layers: readonly PlannedLayer[],
  weightsBytes: number,
  { bytes, cache }: HotOptions,
): HotLayer[] {
  if (weightsBytes <= cache.bytes) return [];
  const candidates = layers
    .flatMap(({ constantBytes, macs, form }, layer): HotLayer[] => {
      if (constantBytes === 0) return [];
      const passes = form === "planes" || constantBytes <= cache.bytes ? 1 : passesOver(macs, constantBytes);
      const misses = Math.ceil(constantBytes / cache.lineBytes) * passes;
      return [{ layer, bytes: constantBytes, misses, cycles: Math.round(misses * cache.missCycles) }];
    })
    .sort((a, b) => b.cycles / b.bytes - a.cycles / a.bytes || b.bytes - a.bytes);
  let left = bytes;
  return candidates
    .filter((it) => {
      const fits = it.bytes <= left;
      if (fits) left -= it.bytes;
      return fits;
    })
    .sort((a, b) => a.layer - b.layer);
}

/** How often a layer reads all of its weights: once for each position of a convolution. */
function passesOver(macs: number, bytes: number): number {
  return Math.max(1, Math.round(macs / bytes));
}

/** Which sections of `weights.bin` go where. */
export function hotParts(copies: readonly Section[], origins: readonly number[]): HotPart[] {
  return copies.map(({ offset, length }, i) => ({ from: origins[i], to: offset, length }));
}
