/** What pruning did to a model: counts, and what the planner predicts. */
import type { ChipBoard } from "../../../boards/board.js";
import { estimate, type Prediction, predict } from "../../../boards/predict.js";
import { nonZeros } from "../../compress/prune/mask.js";
import { parameterId, prunableLayers } from "../../compress/prune/parameter.js";
import { commonLayers, type LayersCost } from "../../compress/prune/plans.js";
import type { Sample } from "../../compress/quantize/calibrate.js";
import { quantize } from "../../compress/quantize/quantize.js";
import { report } from "../../emit/report.js";
import type { Graph } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { runPasses } from "../../passes/index.js";
import type { PlanOptions } from "../../plan/options.js";
import { type Plan, plan } from "../../plan/plan.js";

/** A figure of the model as it was, and as it is now. */
export interface Change<T> {
  readonly before: T;
  readonly after: T;
}

export interface LayerChange {
  readonly index: number;
  readonly kind: Op["kind"];
  readonly name: string;
  /** Absent where the layer has no weights. `pruned` are those that are zero or gone, those that were zero before among them. */
  readonly weights?: { readonly total: number; readonly zeroBefore: number; readonly pruned: number };
  /** Predicted for this operator and others that are computed with it; absent for those, and where nothing is predicted. */
  readonly predicted?: Change<LayersCost>;
}

export interface PruningReport {
  readonly layers: readonly LayerChange[];
  readonly total: { readonly weights: number; readonly zeroBefore: number; readonly pruned: number };
  readonly predicted?: Change<LayersCost>;
  /** What inferences may take on the board. */
  readonly board?: { readonly name: string } & Change<Prediction>;
}

/** Samples that a float model is quantized with for predictions. */
const SAMPLES = 32;

/** A float model quantized, for predictions only: zeros stay zeros. */
export function quantizedCopy(graph: Graph, samples: readonly Sample[]): Graph {
  const options = { rounding: "nearest", biasCorrection: false } as const;
  return runPasses(quantize(graph, samples.slice(0, SAMPLES), options).graph);
}

/**
 * @param quantized both graphs as they are planned; undefined where nothing is predicted
 */
export function pruningReport(
  { before, after }: Change<Graph>,
  quantized: Change<Graph> | undefined,
  options: PlanOptions,
  board?: ChipBoard,
): PruningReport {
  const plans = quantized && {
    before: plan(quantized.before, options),
    after: plan(quantized.after, options),
  };
  const costs = plans && costsByOp(before, plans);
  const prunable = new Set(prunableLayers(before));
  const layers = before.ops.flatMap((op, index): LayerChange[] => {
    const weights = prunable.has(op) ? counts(before, op, after) : undefined;
    const predicted = costs?.get(op);
    if (!weights && !predicted) return [];
    const { kind, name } = op;
    return [{ index, kind, name, ...(weights && { weights }), ...(predicted && { predicted }) }];
  });
  const sum = (figure: "total" | "zeroBefore" | "pruned") =>
    layers.reduce((total, { weights }) => total + (weights?.[figure] ?? 0), 0);
  return {
    layers,
    total: { weights: sum("total"), zeroBefore: sum("zeroBefore"), pruned: sum("pruned") },
    ...(plans && { predicted: { before: costOf(plans.before), after: costOf(plans.after) } }),
    ...(plans &&
      board && {
        board: { name: board.name, before: timeOf(plans.before, board), after: timeOf(plans.after, board) },
      }),
  };
}

function counts(before: Graph, op: Op, after: Graph): NonNullable<LayerChange["weights"]> {
  const weights = nonZeros(before.tensors[parameterId(op, "weight")!]);
  const own = after.ops.find(({ name }) => name === op.name)!;
  const left = sumOf(nonZeros(after.tensors[parameterId(own, "weight")!]));
  const total = weights.length;
  return { total, zeroBefore: total - sumOf(weights), pruned: total - left };
}

function sumOf(mask: Uint8Array): number {
  return mask.reduce((sum, kept) => sum + kept, 0);
}

/** What is predicted for operators that are computed as one, by the first of them. */
function costsByOp({ ops }: Graph, { before, after }: Change<Plan>): Map<Op, Change<LayersCost>> {
  const costs = new Map<Op, Change<LayersCost>>();
  for (const { names, ...change } of commonLayers(before, after)) {
    const first = ops.find(({ name }) => names.includes(name));
    if (first) costs.set(first, change);
  }
  return costs;
}

function costOf(plan: Plan): LayersCost {
  const instructions = plan.layers.reduce((sum, { cost }) => sum + cost.instructions, 0);
  return { instructions, flashBytes: plan.flashBytes };
}

function timeOf(plan: Plan, board: ChipBoard): Prediction {
  return predict(estimate(report(plan, "pruned")), board);
}
