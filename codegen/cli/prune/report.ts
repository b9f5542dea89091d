/** What pruning did to a model: counts, and what the planner predicts. */
import { nonZeros } from "../../compress/prune/mask.js";
import { parameterId, prunableLayers } from "../../compress/prune/parameter.js";
import type { LayersCost } from "../../compress/prune/plans.js";
import type { Graph } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import type { Change, PredictedChange } from "../compress/predicted-change.js";

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
  readonly board?: NonNullable<PredictedChange["board"]>;
}

/** @param predicted undefined where nothing is */
export function pruningReport(
  { before, after }: Change<Graph>,
  predicted: PredictedChange | undefined,
): PruningReport {
  const prunable = new Set(prunableLayers(before));
  const layers = before.ops.flatMap((op, index): LayerChange[] => {
    const weights = prunable.has(op) ? counts(before, op, after) : undefined;
    const own = predicted?.byOp.get(op);
    if (!weights && !own) return [];
    const { kind, name } = op;
    return [{ index, kind, name, ...(weights && { weights }), ...(own && { predicted: own }) }];
  });
  const sum = (figure: "total" | "zeroBefore" | "pruned") =>
    layers.reduce((total, { weights }) => total + (weights?.[figure] ?? 0), 0);
  return {
    layers,
    total: { weights: sum("total"), zeroBefore: sum("zeroBefore"), pruned: sum("pruned") },
    ...(predicted && { predicted: predicted.total }),
    ...(predicted?.board && { board: predicted.board }),
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
