/** What a search did, as data. */
import { elementsOf } from "../../graph/elements.js";
import type { Graph } from "../../graph/graph.js";
import { parameterId, prunableLayers } from "../prune/parameter.js";
import type { Evaluation } from "../report/evaluate.js";
import type { Epoch } from "../train/history.js";
import type { Budget } from "./budget.js";
import { recipeText } from "./recipe.js";
import type { Step, Tried } from "./step.js";

export interface CompressionReport {
  readonly model: string;
  readonly board: string;
  readonly budget: Budget;
  /** Percentage points. */
  readonly maxDrop: number;
  readonly data: { readonly path: string; readonly trained: number; readonly evaluated: number };
  /** Of the float model. */
  readonly parameters: number;
  readonly float: Evaluation;
  readonly steps: readonly StepReport[];
  /** The index of the step that is written; absent where none meets the budget. */
  readonly chosen?: number;
}

export interface StepReport extends Pick<Step, "recipe" | "cost" | "share"> {
  readonly name: string;
  readonly tried?: Pick<Tried, "evaluation" | "drop" | "counted"> & {
    /** Weights that are not zero. */
    readonly nonZero: number;
    readonly epochs: readonly Epoch[];
  };
}

export function stepReport({ recipe, cost, share, tried }: Step): StepReport {
  if (!tried) return { name: recipeText(recipe), recipe, cost, share };
  const { evaluation, drop, counted, epochs, quantized } = tried;
  return {
    name: recipeText(recipe),
    recipe,
    cost,
    share,
    tried: { evaluation, drop, counted, nonZero: nonZeroWeights(quantized.graph), epochs },
  };
}

/** Weights of a quantized graph that are not zero. */
export function nonZeroWeights(graph: Graph): number {
  return prunableLayers(graph).reduce((sum, op) => {
    const { dtype, data } = graph.tensors[parameterId(op, "weight")!];
    return sum + Array.from(elementsOf(dtype, data!), Number).filter((value) => value !== 0).length;
  }, 0);
}

/** Weights and biases of a float graph. */
export function parameterCount({ tensors }: Graph): number {
  return tensors.reduce(
    (sum, { data, dtype }) => (data && dtype === "float32" ? sum + data.length / 4 : sum),
    0,
  );
}

/** How many samples a model is right about; without labels, about how many it says what the float model says. */
export function accuracyOf({ right, agreeing = 0 }: Evaluation): number {
  return right ?? agreeing;
}
