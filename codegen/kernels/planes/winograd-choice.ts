/** Whether a head is computed in pairs of rows: where that costs less and its planes are not too much. */
import { span } from "./geometry.js";
import { type Stage, writeGroup } from "./group.js";
import type { Source } from "./head.js";
import { inPairs } from "./winograd.js";

/** Bytes of a head's own planes beyond which it does not take twice as many. */
const MOST_OWN_BYTES = 30_000;

/** How much of the cost may be left: more chunks and locals make collections dearer. */
const MOST_COST = 0.9;

/** A stage, or the same in pairs of rows where that is cheaper. */
export function cheapest(stage: Stage, source: Source): Stage {
  const { placement, geometry } = stage;
  const ownBytes = (placement.convolution.inputDepth * span(geometry) * geometry.bits) / 8;
  const paired = inPairs(placement, geometry);
  if (!paired || source.at !== "planes" || ownBytes > MOST_OWN_BYTES) return stage;
  const other = { ...stage, placement: paired };
  return costOf(other, source) < MOST_COST * costOf(stage, source) ? other : stage;
}

function costOf(head: Stage, source: Source): number {
  const lowering = writeGroup({
    source,
    head,
    tail: [],
    ending: { to: "average", least: 0, min: 0, max: 0 },
    observed: [],
    inputs: [],
    outputs: [],
    scratch: 0,
    places: 0,
  });
  return lowering ? lowering.cost.instructions : Number.POSITIVE_INFINITY;
}
