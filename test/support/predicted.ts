/** Holds what the planner predicts to what engines count. */
import { expect } from "vitest";
import type { Counters, LayerCounters, Machine } from "../../boards/engine.js";
import { heapOf, modelCost } from "../../codegen/cost/model.js";
import type { Plan } from "../../codegen/plan/plan.js";

/** How far a prediction may be off: by a fraction of what is counted or, below LARGE, by a number of instructions. */
const LARGE = 100_000;
const OF_LARGE = 0.15;
const OF_SMALL = 0.2;
const AT_LEAST = 5_000;

/**
 * Expects every layer's predicted instructions, collections apart, within 15 per cent of those counted; where these are
 * less than 100,000, within 20 per cent or 5,000. The same for the whole model, collections included.
 *
 * @param counters of a job that ran the model `runs` times on that machine
 */
export function expectPredicted(plan: Plan, counters: Counters, machine: Machine, runs = 1): void {
  const counted = counters.layers!;
  expect(plan.layers.length).toBe(counted.length);
  const layers = plan.layers.map(({ ops, form, cost }, i) => ({
    name: `${i}: ${ops.map(({ kind }) => kind).join("+")} ${form}`,
    predicted: cost.instructions,
    counted: withoutCollections(counted[i]) / runs,
  }));
  const whole = {
    name: "the model",
    predicted: modelCost(plan.layers, heapOf(plan, machine)).instructions,
    counted: counters.instructions! / runs,
  };
  const missed = [...layers, whole].filter(({ predicted, counted }) => !isNear(predicted, counted));
  expect(missed.map(text)).toEqual([]);
}

function withoutCollections({ instructions, inCollections }: LayerCounters): number {
  return instructions - inCollections;
}

function isNear(predicted: number, counted: number): boolean {
  const error = Math.abs(predicted - counted);
  if (counted > LARGE) return error <= OF_LARGE * counted;
  return error <= Math.max(OF_SMALL * counted, AT_LEAST);
}

function text({ name, predicted, counted }: { name: string; predicted: number; counted: number }): string {
  const percent = (100 * (predicted / counted - 1)).toFixed(1);
  return `${name}: ${Math.round(predicted)} for ${Math.round(counted)}, ${percent} %`;
}
