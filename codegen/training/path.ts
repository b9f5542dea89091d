/** Which way gradients flow: from the loss, or from the next board, back to the first layer that is trained, or to the board before. */
import type { Graph, TensorId } from "../graph/graph.js";
import type { Op } from "../graph/op.js";
import { opPlace, refuse } from "../problems/problem.js";
import { backwardOf } from "./backward/index.js";
import type { TrainedLayer, TrainOptions } from "./options.js";

/** The tensor that the loss is of, and the operator that makes the model's output: of logits, or a SOFTMAX behind them. */
export interface LossPlace {
  readonly logits: TensorId;
  readonly op: number;
  readonly isSoftmax: boolean;
}

export interface TrainingPath {
  /** Absent where the loss is made on another board. */
  readonly loss: LossPlace | undefined;
  /** Tensors whose gradient comes from the next board, and those whose gradient the board before is given. */
  readonly received: readonly TensorId[];
  readonly handed: readonly TensorId[];
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
export function trainingPath(graph: Graph, { layers, gradients }: TrainOptions): TrainingPath {
  const { output, received, handed } = gradients ?? { output: graph.outputs[0], received: [], handed: [] };
  const trained = new Map(layers.map((layer) => [indexOf(graph, layer), layer]));
  const loss = output === undefined ? undefined : lossPlace(graph, output);
  const moved = new Set(handed);
  for (const [index, { inputs, outputs }] of graph.ops.entries())
    if (trained.has(index) || inputs.some((id) => id !== null && moved.has(id)))
      for (const id of outputs) moved.add(id);
  const reaching = new Set(loss ? [loss.logits] : received);
  const ops: number[] = [];
  for (let index = graph.ops.length - 1; index >= 0; index--) {
    const { inputs, outputs } = graph.ops[index];
    if (!outputs.some((id) => reaching.has(id) && moved.has(id))) continue;
    ops.unshift(index);
    for (const id of inputs) if (id !== null && moved.has(id)) reaching.add(id);
  }
  for (const [index, { name }] of trained)
    if (!ops.includes(index)) refuse("train-no-loss", { name }, opPlace(graph.ops[index]));
  const kept = new Set(loss ? [loss.logits] : []);
  for (const index of ops)
    for (const id of backwardOf(graph.ops[index]).kept(graph, index, trained.has(index))) kept.add(id);
  const tensors = new Set([...reaching].filter((id) => moved.has(id)));
  return { loss, received, handed, ops, trained, tensors, kept };
}

function lossPlace({ ops }: Graph, output: TensorId): LossPlace {
  const op = ops.findIndex(({ outputs }) => outputs.includes(output));
  const isSoftmax = ops[op]?.kind === "SOFTMAX";
  return { logits: isSoftmax ? ops[op].inputs[0]! : output, op, isSoftmax };
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
