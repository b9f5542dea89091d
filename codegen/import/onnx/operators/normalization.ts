import { constantOf, realValues } from "../constant.js";
import { channelsLast } from "../layout.js";
import type { OnnxNode } from "../node.js";
import type { Translator } from "../translator.js";

/** Inference: scale · (x − mean) / √(variance + epsilon) + bias, as one product and one sum a channel. */
export const batchNormalization: Translator = {
  layout: "image",

  translate(node) {
    const { attributes } = node;
    attributes.ignore("momentum", "spatial");
    if (attributes.int("training_mode", 0) !== 0) attributes.refuse("training_mode", "1", "0");
    if (node.outputs.length > 1)
      attributes.refuse("the outputs of statistics", "used", "the normalized values alone");
    if (node.target) node.refuse("onnx-quantization", { why: "a BatchNormalization in int8" });
    const epsilon = attributes.float("epsilon", 1e-5);
    const { shape } = node.input(0);
    if (shape.length < 2 || shape.length > 4)
      node.refuse("rank", { role: "the input", found: shape.length, supported: "2 to 4" });
    const channels = shape[1];
    const [scale, bias, mean, variance] = ["scale", "bias", "mean", "variance"].map((role, i) =>
      parameter(node, i + 1, role, channels),
    );
    const factors = scale.map((value, i) => value / Math.sqrt(variance[i] + epsilon));
    const offsets = bias.map((value, i) => value - mean[i] * factors[i]);
    const layout = channelsLast(shape.length);
    const from = node.tensor(node.stored(node.input(0)), layout);
    const to = node.builder.tensors[from].shape;
    const none = { activation: "NONE" } as const;
    const factor = node.known("factors", constantOf(factors, "float32", [channels]));
    const offset = node.known("offsets", constantOf(offsets, "float32", [channels]));
    const scaled = node.compute("MUL", none, [from, factor], to, "scaled");
    return node.result(node.compute("ADD", none, [scaled, offset], to), shape, layout);
  },
};

/** In float64, so that what is computed from them is rounded once. */
function parameter(node: OnnxNode, position: number, role: string, channels: number): number[] {
  const constant = node.constant(position, role);
  if (constant.shape.length !== 1 || constant.shape[0] !== channels)
    node.refuse("shape", { why: `${role} is [${constant.shape.join(", ")}] for ${channels} channels` });
  return Array.from(realValues(constant));
}
