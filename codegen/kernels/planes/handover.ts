/**
 * What a layer hands to the next one besides its output: phases of an input that both look at, such as a residual block's
 * shortcut and its first convolution, both with a stride. They are moved together once.
 */

import { chunk } from "../../cost/garbage.js";
import { planeCount, span, words } from "../../graph/lanes.js";
import type { Geometry } from "./geometry.js";
import type { Placement } from "./head.js";
import type { Slots } from "./slots.js";
import type { PlaneTensor } from "./tensor.js";

/** The first of the places of each phase, by its position among the placement's. */
export type Places = ReadonlyMap<number, number>;

/** Phases that a layer keeps for the next one, and where that finds them. */
export interface Handover {
  readonly kept: Places;
  readonly found: Places;
  /** Places of each phase. */
  readonly count: number;
}

/** Takes places for the phases that two layers have in common, of a tensor that both read. @param slots where from */
export function handOver(
  tensor: PlaneTensor,
  from: Placement,
  to: Placement,
  slots: Slots,
): Handover | undefined {
  const count = planeCount(tensor);
  const [kept, found] = [new Map<number, number>(), new Map<number, number>()];
  for (const [i, { row, column, rows, columns }] of from.phases.entries()) {
    const same = to.phases.findIndex(
      (it) => it.row === row && it.column === column && it.rows === rows && it.columns === columns,
    );
    if (same < 0) continue;
    const slot = slots.take(count);
    kept.set(i, slot);
    found.set(same, slot);
  }
  return kept.size > 0 ? { kept, found, count } : undefined;
}

/** Lets go of the places. */
export function release({ kept, count }: Handover, slots: Slots): void {
  for (const slot of kept.values()) slots.free(slot, count);
}

/** Bytes of chunks that phases take which are kept. @param geometry that in which they lie */
export function keptBytes(
  kept: Places,
  { phases }: Placement,
  geometry: Geometry,
  tensor: PlaneTensor,
): number {
  const bytes = [...kept.keys()].map((i) => {
    const { rows, columns } = phases[i];
    return chunk(words(geometry, span({ ...geometry, rows, columns })));
  });
  return planeCount(tensor) * bytes.reduce((sum, it) => sum + it, 0);
}
