/** Training of a model in stages: which layers each of them trains, and whose gradients come back over the cuts. */
import type { Graph, TensorId } from "../graph/graph.js";
import { refuse, tensorPlace } from "../problems/problem.js";
import type { TrainOptions } from "../training/options.js";
import { type TrainingPath, trainingPath } from "../training/path.js";
import { crossing } from "./cuts.js";

/**
 * What the stage from operator `first` up to `end`, exclusive, is to be planned with: together the stages learn what the whole model does, bit
 * for bit. Gradients of tensors with users in several stages are added up from the last one to the first, as in one process.
 *
 * @param graph the whole model, valid, after the passes
 * @param first one of its `cutPositions`, as is `end`
 * @returns nothing for a stage that no gradient comes to
 * @throws Refusal where the model cannot be trained so, or a gradient would cross that its tensor's lanes are no place for
 */
export function stageTraining(
  graph: Graph,
  options: TrainOptions,
  first: number,
  end: number,
): TrainOptions | undefined {
  const path = trainingPath(graph, options);
  const [handed, received] = [gradientsAcross(graph, path, first), gradientsAcross(graph, path, end)];
  const isInside = (op: number) => first <= op && op < end;
  const layers = [...path.trained].flatMap(([op, layer]) =>
    isInside(op) ? [{ ...layer, name: graph.ops[op].name }] : [],
  );
  if (layers.length === 0 && handed.length === 0) return undefined;
  const isLoss = isInside(path.loss!.op);
  return {
    ...options,
    layers,
    gradients: { ...(isLoss && { output: graph.outputs[0] }), received, handed },
  };
}

/** The tensors whose gradients cross the cut before operator `position`, from the boards behind it to those before. */
export function gradientsAcross(graph: Graph, path: TrainingPath, position: number): readonly TensorId[] {
  const isUsed = (id: TensorId) =>
    (path.loss!.logits === id && path.loss!.op >= position) ||
    path.ops.some((op) => op >= position && graph.ops[op].inputs.includes(id));
  const ids = crossing(graph, position).filter((id) => path.tensors.has(id) && isUsed(id));
  for (const id of ids)
    if (graph.tensors[id].lanes)
      refuse("split-train-cut", { name: graph.tensors[id].name }, tensorPlace(id, graph.tensors[id]));
  return ids;
}

/** The operators that gradients flow through, and the tensors that they read and make. */
export function trainedPart(
  graph: Graph,
  options: TrainOptions | undefined,
): { readonly ops: ReadonlySet<number>; readonly tensors: ReadonlySet<TensorId> } {
  const ops = options ? trainingPath(graph, options).ops : [];
  const ids = ops.flatMap((op) => [...graph.ops[op].inputs, ...graph.ops[op].outputs]);
  return { ops: new Set(ops), tensors: new Set(ids.filter((id) => id !== null)) };
}
