/**
 * Operators on float32, as Node runs them: for calibration, for accuracy, and to check passes on float graphs. Shapes come
 * from the Operator of the same kind; one file in `operators/` is one FloatOperator, `index.ts` lists it.
 */
import type { OpKind } from "../graph/op.js";
import type { Node } from "../ops/node.js";

/** The values of an operator's inputs, row-major; undefined where one is absent or not float32. */
export type FloatInputs = readonly (Float32Array | undefined)[];

export interface FloatOperator<Attributes = unknown> {
  readonly kind: OpKind;
  /** Refuses types, ranks, attributes and shapes of constants that it cannot run. Arity and tensor data are valid. */
  check(node: Node<Attributes>): void;
  /**
   * The values of every output, in their shapes: sums in float64, results rounded to float32 once.
   *
   * @param inputs by position; constants too, so that the same node can be run with other weights
   */
  run(node: Node<Attributes>, inputs: FloatInputs): readonly Float32Array[];
}
