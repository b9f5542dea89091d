/** A float graph as a function of its inputs and its constants that TensorFlow.js can differentiate. */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Graph, TensorId } from "../../../graph/graph.js";
import type { Op } from "../../../graph/op.js";

/** What is looked at, or put in the place of what was computed, on the way through a model. */
export interface Hooks {
  /** A float32 constant as an operator shall see it. */
  constant?(id: TensorId, constant: Tensor): Tensor;
  /** An output before its fused activation. */
  linear?(op: Op, output: Tensor): Tensor;
  /** A model input, or an operator's output after its activation. */
  activation?(id: TensorId, value: Tensor): Tensor;
}

export interface Differentiable {
  readonly graph: Graph;
  /** The float32 constants that operators read, in the graph's shapes: what can be trained. */
  readonly constants: readonly TensorId[];
  /**
   * One forward pass.
   *
   * @param inputs one tensor for each model input: [samples, ...shape without its first dimension]
   * @param constants values by tensor; those that are missing are the graph's own
   * @returns the values of every tensor that is fed or computed
   */
  run(
    inputs: readonly Tensor[],
    constants: ReadonlyMap<TensorId, Tensor>,
    hooks?: Hooks,
  ): ReadonlyMap<TensorId, Tensor>;
}
