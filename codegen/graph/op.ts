/**
 * Operators as data: a union discriminated by `kind`, made from the operator list, so that an attribute set is declared
 * once, in the operator's own file.
 */
import type { operators } from "../ops/index.js";
import type { Operator } from "../ops/operator.js";
import type { TensorId } from "./graph.js";

export type OpKind = keyof typeof operators;

/** The attributes that operator `K` carries, as its file in `ops/` declares them. */
export type AttributesOf<K extends OpKind> = (typeof operators)[K] extends Operator<infer A> ? A : never;

interface OpOf<K extends OpKind> {
  readonly kind: K;
  /** Unique in the graph and stable: the name of the first output, or the kind and index where there is none. */
  readonly name: string;
  /** Null stands for an optional input that is absent, such as a missing bias. */
  readonly inputs: readonly (TensorId | null)[];
  readonly outputs: readonly TensorId[];
  readonly attributes: AttributesOf<K>;
}

/** One operator of a graph. */
export type Op = { [K in OpKind]: OpOf<K> }[OpKind];

/** The streaming variable that an operator names; undefined for those that name none. */
export function variableIndex(op: Op): number | undefined {
  return "variable" in op.attributes ? op.attributes.variable : undefined;
}
