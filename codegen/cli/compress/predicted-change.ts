/** What the planner predicts of a model before and after something was done to its weights. */
import type { Board } from "../../../boards/board.js";
import { estimate, type Prediction, predict } from "../../../boards/predict.js";
import { commonLayers, type LayersCost } from "../../compress/prune/plans.js";
import type { Sample } from "../../compress/quantize/calibrate.js";
import { quantize } from "../../compress/quantize/quantize.js";
import { report } from "../../emit/report.js";
import type { Graph } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { runPasses } from "../../passes/index.js";
import type { PlanOptions } from "../../plan/options.js";
import { type Plan, plan } from "../../plan/plan.js";
import { refuse } from "../../problems/problem.js";
import { readDataset } from "../data/dataset.js";
import { preprocessingOf } from "../data/options.js";
import type { Preprocessing } from "../data/preprocessing.js";
import { floatEdges } from "../quantize/model.js";
import type { CompressibleModel } from "./model.js";

/** A figure of the model as it was, and as it is now. */
export interface Change<T> {
  readonly before: T;
  readonly after: T;
}

export interface PredictedChange {
  /** By operator; those that are computed as one have theirs together, by the first of them. */
  readonly byOp: ReadonlyMap<Op, Change<LayersCost>>;
  readonly total: Change<LayersCost>;
  /** What inferences may take on the board. */
  readonly board?: { readonly name: string } & Change<Prediction>;
}

/** Samples that a float model is quantized with for predictions. */
const SAMPLES = 32;

/** How graphs become such as the planner takes: as they are, or quantized with data. Undefined for float models without any. */
export async function plannable(
  { graph, isFloat }: CompressibleModel,
  options: Preprocessing & { readonly data?: string },
): Promise<((graph: Graph) => Graph) | undefined> {
  if (!isFloat && options.data !== undefined)
    refuse("arguments", { message: "--data is for float models, and this one is quantized" });
  if (!isFloat) return (it) => it;
  if (options.data === undefined) return undefined;
  const dataset = await readDataset(options.data, floatEdges(graph), preprocessingOf(options));
  return (it) => quantizedCopy(it, dataset.samples);
}

/** A float model quantized, for predictions only: zeros stay zeros, and equal weights of a channel equal. */
function quantizedCopy(graph: Graph, samples: readonly Sample[]): Graph {
  const options = { rounding: "nearest", biasCorrection: false } as const;
  return runPasses(quantize(graph, samples.slice(0, SAMPLES), options).graph);
}

/**
 * @param graph the one whose operators costs are told of
 * @param quantized both graphs as they are planned
 */
export function predictedChange(
  { ops }: Graph,
  quantized: Change<Graph>,
  options: PlanOptions,
  board: Board | undefined,
): PredictedChange {
  const plans = { before: plan(quantized.before, options), after: plan(quantized.after, options) };
  const byOp = new Map<Op, Change<LayersCost>>();
  for (const { names, ...change } of commonLayers(plans.before, plans.after)) {
    const first = ops.find(({ name }) => names.includes(name));
    if (first) byOp.set(first, change);
  }
  const timeOf = (it: Plan) => board?.kind === "chip" && predict(estimate(report(it, "compressed")), board);
  const [before, after] = [timeOf(plans.before), timeOf(plans.after)];
  return {
    byOp,
    total: { before: costOf(plans.before), after: costOf(plans.after) },
    ...(board && before && after && { board: { name: board.name, before, after } }),
  };
}

function costOf(plan: Plan): LayersCost {
  const instructions = plan.layers.reduce((sum, { cost }) => sum + cost.instructions, 0);
  return { instructions, flashBytes: plan.flashBytes };
}
