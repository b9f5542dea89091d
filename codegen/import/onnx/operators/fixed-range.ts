/** Operators whose int8 outputs have a scale of their own in TFLite: Sigmoid, Tanh, Softmax. */
import type { Quantization, TensorId } from "../../../graph/graph.js";
import type { AttributesOf } from "../../../graph/op.js";
import type { OnnxNode } from "../node.js";

const RANGES: Readonly<Record<"LOGISTIC" | "TANH" | "SOFTMAX", Quantization>> = {
  LOGISTIC: { scales: [1 / 256], zeroPoints: [-128], axis: 0 },
  SOFTMAX: { scales: [1 / 256], zeroPoints: [-128], axis: 0 },
  TANH: { scales: [1 / 128], zeroPoints: [0], axis: 0 },
};

/** Adds such an operator; in int8 its output is rescaled to what the model wants, where that differs. */
export function fixedRange<K extends keyof typeof RANGES>(
  node: OnnxNode,
  kind: K,
  attributes: AttributesOf<K>,
  input: TensorId,
): TensorId {
  const { shape } = node.builder.tensors[input];
  if (!node.target) return node.compute(kind, attributes, [input], shape);
  const type = { dtype: "int8", quantization: RANGES[kind] } as const;
  const id = node.builder.emit(kind, attributes, [input], { name: node.name("fixed"), shape, type });
  return node.requantize(id, node.target.quantization, "rescaled");
}
