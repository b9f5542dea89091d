/** What clustering did to a model: values, errors, and what the planner predicts. */
import { parameterId, prunableLayers } from "../../compress/prune/parameter.js";
import type { LayersCost } from "../../compress/prune/plans.js";
import { elementsOf } from "../../graph/elements.js";
import type { Graph, Tensor } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { realValues } from "../../graph/real-values.js";
import type { Change, PredictedChange } from "../compress/predicted-change.js";

/** Different values among weights, and different magnitudes of those that are not zero; of integers where they are quantized. */
export interface ValueCounts {
  readonly values: number;
  readonly magnitudes: number;
}

export interface LayerChange {
  readonly index: number;
  readonly kind: Op["kind"];
  readonly name: string;
  /** Absent where the layer has no weights. Errors are of real values. */
  readonly weights?: Change<ValueCounts> & {
    readonly total: number;
    readonly meanSquaredError: number;
    /** Of weights and errors, in decibels; null where nothing changed. */
    readonly signalToNoise: number | null;
  };
  /** Predicted for this operator and others that are computed with it; absent for those, and where nothing is predicted. */
  readonly predicted?: Change<LayersCost>;
}

export interface ClusteringReport {
  readonly layers: readonly LayerChange[];
  readonly predicted?: Change<LayersCost>;
  readonly board?: NonNullable<PredictedChange["board"]>;
}

/** @param predicted undefined where nothing is */
export function clusteringReport(
  { before, after }: Change<Graph>,
  predicted: PredictedChange | undefined,
): ClusteringReport {
  const weighted = new Set(prunableLayers(before));
  const layers = before.ops.flatMap((op, index): LayerChange[] => {
    const id = weighted.has(op) ? parameterId(op, "weight") : undefined;
    const weights = id === undefined ? undefined : changeOf(before.tensors[id], after.tensors[id]);
    const own = predicted?.byOp.get(op);
    if (!weights && !own) return [];
    const { kind, name } = op;
    return [{ index, kind, name, ...(weights && { weights }), ...(own && { predicted: own }) }];
  });
  return {
    layers,
    ...(predicted && { predicted: predicted.total }),
    ...(predicted?.board && { board: predicted.board }),
  };
}

function changeOf(before: Tensor, after: Tensor): NonNullable<LayerChange["weights"]> {
  const [was, is] = [realValues(before), realValues(after)];
  const noise = was.reduce((sum, value, i) => sum + (value - is[i]) ** 2, 0);
  const signal = was.reduce((sum, value) => sum + value ** 2, 0);
  return {
    total: was.length,
    before: countsOf(before),
    after: countsOf(after),
    meanSquaredError: noise / was.length,
    signalToNoise: noise === 0 ? null : 10 * Math.log10(signal / noise),
  };
}

function countsOf({ dtype, data }: Tensor): ValueCounts {
  const values = new Set(Array.from(elementsOf(dtype, data!) as ArrayLike<number>));
  const magnitudes = new Set([...values].map(Math.abs));
  magnitudes.delete(0);
  return { values: values.size, magnitudes: magnitudes.size };
}
