/**
 * Operators on tensors of TensorFlow.js, through which gradients flow: a batch of samples at a time. Shapes come from the Operator
 * of the same kind, checks from the FloatOperator; one file in `operators/` is one DifferentiableOperator, `index.ts` lists it.
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { OpKind } from "../../../graph/op.js";
import type { Node } from "../../../ops/node.js";

/** An operator's inputs by position; undefined where one is absent or not float32. */
export type TensorInputs = readonly (Tensor | undefined)[];

/**
 * The outputs of an operator of some graph, without the fused activation, which the model applies.
 *
 * @param inputs computed ones as [samples, ...shape without its first dimension, which is 1]; constants in the graph's shapes and
 *   TensorFlow Lite's layouts, since they are what is trained
 * @returns outputs as the computed inputs are
 */
export type Forward = (inputs: TensorInputs, samples: number) => readonly Tensor[];

export interface DifferentiableOperator<Attributes = unknown> {
  readonly kind: OpKind;
  /** Positions of float32 constants that are taken as they are in the graph, and cannot be trained; none where not given. */
  readonly fixed?: readonly number[];
  /**
   * Refuses what is only right for one sample, and prepares what all batches have in common.
   *
   * @param node a valid float operator with some computed input, whose computed tensors begin with a batch of 1
   */
  prepare(node: Node<Attributes>): Forward;
}
