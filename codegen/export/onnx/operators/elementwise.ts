/** Operators over elements, and over all of an axis. */
import type { Activated } from "../../../arithmetic/activation.js";
import type { AttributesOf, OpKind } from "../../../graph/op.js";
import type { Node } from "../../../ops/node.js";
import { type Attributes, integer } from "../drafts.js";
import { activated, type Write } from "./write.js";

/** An operator that is one node on all its inputs, with the attributes that it has there. */
export function elementwise<K extends OpKind>(
  opType: string,
  attributes: (node: Node<AttributesOf<K>>) => Attributes = () => ({}),
): Write<K> {
  return (writer, node) => {
    const inputs = node.op.inputs.map((_, i) => writer.real(node.inputId(i)));
    writer.store(node.outputId(), writer.node(opType, inputs, attributes(node)));
  };
}

/** Two operands and an activation. */
export function binary<K extends OpKind>(opType: string): Write<K> {
  return (writer, node) => {
    const operands = [0, 1].map((i) => writer.real(node.inputId(i)));
    const { activation = "NONE" } = node.attributes as Partial<Activated>;
    writer.store(node.outputId(), activated(writer, writer.node(opType, operands), activation));
  };
}

export const relu6: Write<"RELU6"> = (writer, node) =>
  writer.store(node.outputId(), activated(writer, writer.real(node.inputId(0)), "RELU6"));

export const mean: Write<"MEAN"> = (writer, node) => {
  const axes = writer.longs("axes", node.integers(1, "the axes"));
  const keepdims = integer(node.attributes.keepDims ? 1 : 0);
  const result = writer.node("ReduceMean", [writer.real(node.inputId(0)), axes], { keepdims });
  writer.store(node.outputId(), result);
};

export const softmax: Write<"SOFTMAX"> = (writer, node) => {
  const given = writer.real(node.inputId(0));
  const { beta } = node.attributes;
  const scaled =
    beta === 1 ? given : writer.node("Mul", [given, writer.constant("beta", [], [beta], "float32")]);
  writer.store(node.outputId(), writer.node("Softmax", [scaled], { axis: integer(-1) }));
};
