/** Which way gradients flow: from the loss back to the first layer that is trained. */
import type { Graph, TensorId } from "../graph/graph.js";
import type { Op } from "../graph/op.js";
import { opPlace, refuse } from "../problems/problem.js";
import { backwardOf } from "./backward/index.js";
import type { TrainedLayer, TrainOptions } from "./options.js";

export interface TrainingPath {
  /** The tensor that the loss is of, and the SOFTMAX behind it where the model has one. */
  readonly logits: TensorId;
  readonly softmax: number | undefined;
  /** Operators that gradients flow through, by their positions in the graph, in order. */
  readonly ops: readonly number[];
  /** Those among them that are trained. */
  readonly trained: ReadonlyMap<number, TrainedLayer>;
  /** Tensors whose gradient there is: they are computed from something that is trained. */
  readonly tensors: ReadonlySet<TensorId>;
  /** Activations that backward passes look at, and which have to last until then. */
  readonly kept: ReadonlySet<TensorId>;
}

/** Operators with weights that can be trained. */
const TRAINABLE: readonly string[] = ["FULLY_CONNECTED", "CONV_2D", "DEPTHWISE_CONV_2D"];

/**
 * Finds the path.
 *
 * @throws Refusal where a layer is not there or has nothing to train, or an operator on the path has no backward pass
 */
export function trainingPath(graph: Graph, { layers }: TrainOptions): TrainingPath {
  const trained = new Map(layers.map((layer) => [indexOf(graph, layer), layer]));
  const last = graph.ops.findIndex(({ outputs }) => outputs.includes(graph.outputs[0]));
  const isSoftmax = graph.ops[last]?.kind === "SOFTMAX";
  const logits = isSoftmax ? graph.ops[last].inputs[0]! : graph.outputs[0];
  const moved = new Set<TensorId>();
  for (const [index, { inputs, outputs }] of graph.ops.entries())
    if (trained.has(index) || inputs.some((id) => id !== null && moved.has(id)))
      for (const id of outputs) moved.add(id);
  const reaching = new Set([logits]);
  const ops: number[] = [];
  for (let index = graph.ops.length - 1; index >= 0; index--) {
    const { inputs, outputs } = graph.ops[index];
    if (!outputs.some((id) => reaching.has(id) && moved.has(id))) continue;
    ops.unshift(index);
    for (const id of inputs) if (id !== null && moved.has(id)) reaching.add(id);
  }
  for (const [index, { name }] of trained)
    if (!ops.includes(index)) refuse("train-no-loss", { name }, opPlace(graph.ops[index]));
  const kept = new Set([logits]);
  for (const index of ops)
    for (const id of backwardOf(graph.ops[index]).kept(graph, index, trained.has(index))) kept.add(id);
  const tensors = new Set([...reaching].filter((id) => moved.has(id)));
  return { logits, softmax: isSoftmax ? last : undefined, ops, trained, tensors, kept };
}

function indexOf({ ops }: Graph, { name }: TrainedLayer): number {
  const index = name === "head" ? ops.findLastIndex(isTrainable) : ops.findIndex((op) => op.name === name);
  if (index < 0)
    return refuse("layer-unknown", { name, known: ops.filter(isTrainable).map((op) => op.name) });
  if (!isTrainable(ops[index])) refuse("train-no-weights", { trainable: TRAINABLE }, opPlace(ops[index]));
  return index;
}

function isTrainable({ kind }: Op): boolean {
  return TRAINABLE.includes(kind);
}
