/** Holds what the planner predicts to what engines count. */
import { expect } from "vitest";
import type { LayerCounters } from "../../boards/engine.js";
import type { Plan } from "../../codegen/plan/plan.js";

/** How far a prediction may be off: by a fraction of what is counted or, below LARGE, by a number of instructions. */
const LARGE = 100_000;
const OF_LARGE = 0.15;
const OF_SMALL = 0.2;
const AT_LEAST = 5_000;

/**
 * Expects every layer's predicted instructions, collections apart, within 15 per cent of those counted; where these are
 * less than 100,000, within 20 per cent or 5,000.
 *
 * @param layers what `runs` runs of the model retired
 */
export function expectPredicted(plan: Plan, layers: readonly LayerCounters[], runs = 1): void {
  const missed = plan.layers.flatMap(({ ops, form, cost }, i) => {
    const counted = Math.round((layers[i].instructions - layers[i].inCollections) / runs);
    const predicted = Math.round(cost.instructions);
    if (isNear(predicted, counted)) return [];
    const percent = (100 * (predicted / counted - 1)).toFixed(1);
    return [`${ops.map(({ kind }) => kind).join("+")} ${form}: ${predicted} for ${counted}, ${percent} %`];
  });
  expect(missed).toEqual([]);
  expect(plan.layers.length).toBe(layers.length);
}

function isNear(predicted: number, counted: number): boolean {
  const error = Math.abs(predicted - counted);
  if (counted > LARGE) return error <= OF_LARGE * counted;
  return error <= Math.max(OF_SMALL * counted, AT_LEAST);
}
