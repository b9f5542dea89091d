/** Holds what the planner predicts to what engines count. */
import { expect } from "vitest";
import type { Counters, LayerCounters, Machine } from "../../boards/engine.js";
import type { Compiled } from "../../codegen/compile.js";
import { predictedFor } from "../../codegen/cost/activity.js";
import { heapOf, modelCost } from "../../codegen/cost/model.js";
import { activations } from "../../codegen/observe.js";

/** How far a prediction may be off: by a fraction of what is counted or, below LARGE, by a number of instructions. */
const LARGE = 100_000;
const OF_LARGE = 0.15;
const OF_SMALL = 0.2;
const AT_LEAST = 5_000;

/**
 * Expects every layer's predicted instructions, collections apart, within 15 per cent of those counted; where these are
 * less than 100,000, within 20 per cent or 5,000. The same for the whole model, collections included, and for its flash.
 *
 * @param steps the inputs of the inferences that the job ran, from the model's initial state on
 * @param counters of a job that ran them on that machine
 */
export function expectPredicted(
  { graph, plan }: Pick<Compiled, "graph" | "plan">,
  steps: readonly Uint8Array[],
  counters: Counters,
  machine: Machine,
): void {
  const counted = counters.layers!;
  expect(plan.layers.length).toBe(counted.length);
  const inferences = activations(graph, steps).map((it) => predictedFor(plan, it));
  const heap = heapOf(plan, machine);
  const layers = plan.layers.map(({ ops, form }, i) => ({
    name: `${i}: ${ops.map(({ kind }) => kind).join("+")} ${form}`,
    predicted: inferences.reduce((sum, it) => sum + it[i].cost.instructions, 0),
    counted: withoutCollections(counted[i]),
  }));
  const whole = {
    name: "the model",
    predicted: inferences.reduce((sum, it) => sum + modelCost(it, heap).instructions, 0),
    counted: counters.instructions!,
  };
  const { bytecodeBytes, modelFrozenBytes, constantBytes } = counters.flash!;
  const flash = {
    name: "flash",
    predicted: plan.flashBytes,
    counted: bytecodeBytes + modelFrozenBytes + constantBytes,
  };
  const missed = [...layers, whole]
    .map((it) => ({
      ...it,
      predicted: it.predicted / steps.length,
      counted: it.counted / steps.length,
    }))
    .concat(flash)
    .filter(({ predicted, counted }) => !isNear(predicted, counted));
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
