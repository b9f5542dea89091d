/**
 * Operators on tensors of TensorFlow.js, through which gradients flow: a batch of samples at a time. Shapes come from the Operator
 * of the same kind, checks from the FloatOperator; one file in `operators/` is one DifferentiableOperator, `index.ts` lists it.
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { OpKind } from "../../../graph/op.js";
import type { Node } from "../../../ops/node.js";

/** An operator's inputs by position; undefined where one is absent or not float32. */
export type TensorInputs = readonly (Tensor | undefined)[];

export interface DifferentiableOperator<Attributes = unknown> {
  readonly kind: OpKind;
  /** Refuses what would mix samples, such as a concatenation of batches. The node is a valid float operator of one sample. */
  check?(node: Node<Attributes>): void;
  /**
   * The outputs, without the fused activation, which the model applies.
   *
   * @param inputs computed ones as [samples, ...shape without its first dimension, which is 1]; constants in the graph's shapes and
   *   TensorFlow Lite's layouts, since they are what is trained
   * @returns outputs as the computed inputs are
   */
  run(node: Node<Attributes>, inputs: TensorInputs, samples: number): readonly Tensor[];
}
