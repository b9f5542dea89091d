/** What writers of operators share. */
import { type Activation, BOUNDS } from "../../../arithmetic/activation.js";
import type { AttributesOf, OpKind } from "../../../graph/op.js";
import type { Node } from "../../../ops/node.js";
import type { OnnxWriter } from "../writer.js";

/** Writes an operator of the graph as nodes on values in float32. */
export type Write<K extends OpKind> = (writer: OnnxWriter, node: Node<AttributesOf<K>>) => void;

/** A value after an activation. */
export function activated(writer: OnnxWriter, value: string, activation: Activation): string {
  if (activation === "NONE") return value;
  if (activation === "RELU") return writer.node("Relu", [value]);
  const bounds = BOUNDS[activation].map((bound) => writer.constant("bound", [], [bound], "float32"));
  return writer.node("Clip", [value, ...bounds]);
}

/** A value in another shape; itself where it has that shape. */
export function reshaped(
  writer: OnnxWriter,
  value: string,
  from: readonly number[],
  to: readonly number[],
): string {
  return from.join() === to.join() ? value : writer.node("Reshape", [value, writer.longs("shape", to)]);
}
