/** A float graph as a function of its inputs and its constants that TensorFlow.js can differentiate. */
import * as tf from "@tensorflow/tfjs-core";
import type { Activated, Activation } from "../../../arithmetic/activation.js";
import { requireFloat } from "../../../float/validate.js";
import { elementsOf } from "../../../graph/elements.js";
import type { Graph, TensorId } from "../../../graph/graph.js";
import type { Op } from "../../../graph/op.js";
import { Node } from "../../../ops/node.js";
import { Collector } from "../../../problems/collector.js";
import { opPlace, refuse, refuseAny, tensorPlace } from "../../../problems/problem.js";
import { differentiableOperatorOf } from "./index.js";
import type { Forward } from "./operator.js";
import { activated } from "./support/activation.js";

/** What is looked at, or put in the place of what was computed, on the way through a model. */
export interface Hooks {
  /** A float32 constant as an operator shall see it. */
  constant?(id: TensorId, constant: tf.Tensor): tf.Tensor;
  /** An output before its fused activation. */
  linear?(op: Op, output: tf.Tensor): tf.Tensor;
  /** A model input, or an operator's output after its activation. */
  activation?(id: TensorId, value: tf.Tensor): tf.Tensor;
}

export interface Differentiable {
  readonly graph: Graph;
  /** The float32 constants that operators compute with, in the graph's shapes: what can be trained. */
  readonly constants: readonly TensorId[];
  /**
   * One forward pass.
   *
   * @param inputs one tensor for each model input: [samples, ...shape without its first dimension]
   * @param constants values by tensor; those that are missing are the graph's own
   * @returns the values of every tensor that is fed or computed
   * @throws RangeError where an input has another shape than that
   */
  run(
    inputs: readonly tf.Tensor[],
    constants: ReadonlyMap<TensorId, tf.Tensor>,
    hooks?: Hooks,
  ): ReadonlyMap<TensorId, tf.Tensor>;
}

/**
 * Makes a float graph differentiable. `useWasm` has to be awaited before it runs.
 *
 * @throws Refusal with everything that keeps the graph from being run in float32, or from being trained
 */
export function differentiable(graph: Graph): Differentiable {
  requireFloat(graph);
  const collector = new Collector();
  for (const id of graph.inputs) collector.try(() => requireBatch(graph, id));
  const steps = graph.ops.map((op) => collector.try(() => prepare(graph, op)));
  refuseAny(collector.problems);
  return new Model(graph, steps as Forward[]); // an operator without a step left a problem
}

class Model implements Differentiable {
  readonly graph: Graph;
  readonly constants: readonly TensorId[];
  private readonly steps: readonly Forward[];

  constructor(graph: Graph, steps: readonly Forward[]) {
    this.graph = graph;
    this.constants = trainable(graph);
    this.steps = steps;
  }

  run(
    inputs: readonly tf.Tensor[],
    constants: ReadonlyMap<TensorId, tf.Tensor>,
    hooks: Hooks = {},
  ): ReadonlyMap<TensorId, tf.Tensor> {
    const samples = inputs[0]?.shape[0];
    this.graph.inputs.forEach((id, i) => {
      const expected = [samples, ...this.graph.tensors[id].shape.slice(1)];
      if (inputs[i]?.shape.join() !== expected.join())
        throw new RangeError(`input ${i} is [${inputs[i]?.shape}] and not [${expected}]`);
    });
    const values = new Map<TensorId, tf.Tensor>();
    for (const id of this.constants) {
      const constant = constants.get(id) ?? this.own(id);
      values.set(id, hooks.constant?.(id, constant) ?? constant);
    }
    const computed = new Map<TensorId, tf.Tensor>();
    const put = (id: TensorId, value: tf.Tensor) => {
      const seen = hooks.activation?.(id, value) ?? value;
      computed.set(id, seen);
      values.set(id, seen);
    };
    this.graph.inputs.forEach((id, i) => {
      put(id, inputs[i]);
    });
    for (const [i, op] of this.graph.ops.entries()) {
      const operands = op.inputs.map((id) => (id === null ? undefined : values.get(id)));
      for (const [j, output] of this.steps[i](operands, samples).entries()) {
        const linear = hooks.linear?.(op, output) ?? output;
        put(op.outputs[j], activated(linear, activationOf(op)));
      }
    }
    return computed;
  }

  private own(id: TensorId): tf.Tensor {
    const { data, dtype, shape } = this.graph.tensors[id];
    return tf.tensor(elementsOf(dtype, data!) as Float32Array, [...shape]);
  }
}

/** Refuses what samples cannot be put side by side in. */
function requireBatch(graph: Graph, id: TensorId): void {
  const tensor = graph.tensors[id];
  if (tensor.shape[0] !== 1)
    refuse("batch-not-one", { role: "its shape", shape: tensor.shape }, tensorPlace(id, tensor));
}

function prepare(graph: Graph, op: Op): Forward {
  const operator = differentiableOperatorOf(op) ?? refuse("operator-not-trainable", {}, opPlace(op));
  const node = new Node(graph, op);
  if (op.inputs.every((id) => id === null || graph.tensors[id].data)) node.refuse("inputs-constant", {});
  for (const id of op.outputs) {
    const { shape } = graph.tensors[id];
    if (shape[0] !== 1) node.refuse("batch-not-one", { role: "its output", shape });
  }
  return operator.prepare(node);
}

function trainable({ tensors, ops }: Graph): TensorId[] {
  const read = ops.flatMap((op) => {
    const { fixed = [] } = differentiableOperatorOf(op)!;
    return op.inputs.filter((id, i): id is TensorId => id !== null && !fixed.includes(i));
  });
  return [...new Set(read)].filter((id) => tensors[id].data && tensors[id].dtype === "float32");
}

function activationOf({ attributes }: Op): Activation {
  return (attributes as Partial<Activated>).activation ?? "NONE";
}
