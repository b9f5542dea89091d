import { elements, type TensorId } from "../../../graph/graph.js";
import { arranged, type Constant, constantOf, realValues } from "../constant.js";
import { computed, type OnnxNode } from "../node.js";
import type { Translator } from "../translator.js";
import { Stored, type Value } from "../value.js";

/** Rows times a constant matrix. */
export const matMul: Translator = {
  fuses: true,
  operands: 2,

  translate(node) {
    const input = node.input(0);
    const given = node.element(node.constant(1, "the right matrix"));
    const leading = given.shape.slice(0, -2);
    if (given.shape.length < 2 || elements(leading) !== 1)
      node.refuse("rank", { role: "the right matrix", found: given.shape.length, supported: "2" });
    if (input.shape.length < 2)
      node.refuse("rank", { role: "the left matrix", found: input.shape.length, supported: "2 and above" });
    const shape = given.shape.slice(-2);
    const quantization = given.quantization && {
      ...given.quantization,
      axis: Math.max(0, given.quantization.axis - leading.length),
    };
    const matrix = { ...given, shape, ...(quantization && { quantization }) };
    return dense(node, input, arranged(matrix, { axes: [1, 0] }), null);
  },
};

/** alpha · A · B + beta · C. */
export const gemm: Translator = {
  fuses: true,
  operands: 2,

  translate(node) {
    const { attributes } = node;
    const alpha = attributes.float("alpha", 1);
    const beta = attributes.float("beta", 1);
    if (attributes.int("transA", 0) !== 0) attributes.refuse("transA", "1", "0");
    const transB = attributes.int("transB", 0) !== 0;
    const input = node.input(0);
    if (input.shape.length !== 2)
      node.refuse("rank", { role: "A", found: input.shape.length, supported: "2" });
    const given = node.element(node.constant(1, "B"));
    if (given.shape.length !== 2)
      node.refuse("rank", { role: "B", found: given.shape.length, supported: "2" });
    const matrix = transB ? given : arranged(given, { axes: [1, 0] });
    const c = node.inputs[2]?.constant;
    if (node.inputs[2] && !c) node.refuse("onnx-input-computed", { role: "C" });
    const outputs = matrix.shape[0];
    if (c && elements(c.shape) !== 1 && (c.shape.at(-1) !== outputs || elements(c.shape) !== outputs))
      node.refuse("shape", { why: `C is [${c.shape.join(", ")}] for ${outputs} outputs` });
    return dense(node, input, times(node, matrix, alpha), c ? spread(node, c, outputs, beta) : null);
  },
};

/** A constant times a factor. */
function times(node: OnnxNode, constant: Constant, factor: number): Constant {
  if (factor === 1) return constant;
  if (!constant.quantization)
    return constantOf(
      realValues(constant).map((value) => value * factor),
      "float32",
      constant.shape,
    );
  if (!(factor > 0))
    node.attributes.refuse("alpha or beta", `${factor}`, "numbers above 0, where values are int8");
  const scales = constant.quantization.scales.map((scale) => Math.fround(scale * factor));
  return { ...constant, quantization: { ...constant.quantization, scales } };
}

/** A bias of one value an output, out of one or as many. */
function spread(node: OnnxNode, constant: Constant, outputs: number, beta: number): Constant {
  const flat = times(node, { ...constant, shape: [elements(constant.shape)] }, beta);
  if (flat.shape[0] === outputs) return flat;
  const [value] = realValues(flat);
  return constantOf(new Array<number>(outputs).fill(value), "float32", [outputs]);
}

/** @param weights [outputs, inputs] */
function dense(node: OnnxNode, input: Value, weights: Constant, bias: Constant | null): Value {
  const [outputs, depth] = weights.shape;
  if (input.shape.at(-1) !== depth)
    node.refuse("shape", { why: `rows of ${input.shape.at(-1)} by a matrix of ${depth} rows` });
  const shape = [...input.shape.slice(0, -1), outputs];
  const stored = node.stored(input);
  const { flattened } = stored;
  const from = flattened ? flattened.rows : stored.channelsFirst();
  const matrix = flattened ? channelsLastRows(weights, flattened.image) : weights;
  const inputs: (TensorId | null)[] = [from, node.known("weights", matrix)];
  inputs.push(bias ? node.bias(bias, from, weights) : null);
  const attributes = { activation: node.activation, keepDims: input.shape.length > 2 };
  const id = node.compute("FULLY_CONNECTED", attributes, inputs, shape);
  return computed(new Stored(node.builder, shape, { first: id }), node.builder);
}

/** Weights over a flattened image, in the order in which an image with channels last is flattened. */
function channelsLastRows(weights: Constant, [, ...image]: readonly number[]): Constant {
  const [outputs, inputs] = weights.shape;
  const order = image.map((_, i) => (i + 1 < image.length ? i + 2 : 1));
  const moved = arranged({ ...weights, shape: [outputs, ...image] }, { axes: [0, ...order] });
  return { ...moved, shape: [outputs, inputs] };
}
