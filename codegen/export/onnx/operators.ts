/** How operators of the graph are written: ONNX's of opset 17, on values in float32. */
import type { Activated, Activation } from "../../arithmetic/activation.js";
import { elements } from "../../graph/graph.js";
import type { AttributesOf, OpKind } from "../../graph/op.js";
import type { Node } from "../../ops/node.js";
import type { PoolAttributes } from "../../ops/support/pool.js";
import { extent } from "../../ops/support/window.js";
import { type Attributes, float, integer, integers, text } from "./drafts.js";
import type { OnnxWriter } from "./writer.js";

type Write<K extends OpKind> = (writer: OnnxWriter, node: Node<AttributesOf<K>>) => void;

/** An operator over elements: its node, with the graph's attributes. */
function elementwise<K extends OpKind>(
  opType: string,
  attributes: (node: Node<AttributesOf<K>>) => Attributes = () => ({}),
): Write<K> {
  return (writer, node) =>
    writer.store(
      node.outputId(),
      writer.node(
        opType,
        node.op.inputs.map((_, i) => writer.real(node.inputId(i))),
        attributes(node),
      ),
    );
}

/** Two operands and an activation. */
function binary<K extends OpKind>(opType: string): Write<K> {
  return (writer, node) => {
    const result = writer.node(
      opType,
      [0, 1].map((i) => writer.real(node.inputId(i))),
    );
    const { activation = "NONE" } = node.attributes as Partial<Activated>;
    writer.store(node.outputId(), activated(writer, result, activation));
  };
}

const BOUNDS = { RELU6: [0, 6], RELU_N1_TO_1: [-1, 1] } as const;

function activated(writer: OnnxWriter, value: string, activation: Activation): string {
  if (activation === "NONE") return value;
  if (activation === "RELU") return writer.node("Relu", [value]);
  const bounds = BOUNDS[activation].map((bound) => writer.constant("bound", [], [bound], "float32"));
  return writer.node("Clip", [value, ...bounds]);
}

interface Moving {
  readonly padding: "SAME" | "VALID";
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight?: number;
  readonly dilationWidth?: number;
}

/** ONNX's attributes of a window over the image that is an input. */
function windowAttributes(node: Node<Moving>, filter: readonly number[]): Attributes {
  const { padding, strideHeight, strideWidth, dilationHeight = 1, dilationWidth = 1 } = node.attributes;
  const strides = [strideHeight, strideWidth];
  const dilations = [dilationHeight, dilationWidth];
  const pads = filter.map((size, i) => {
    const input = node.input(0).shape[i + 1];
    const { output, before } = extent(padding, input, size, strides[i], dilations[i]);
    const reach = (output - 1) * strides[i] + (size - 1) * dilations[i] + 1;
    return { before, after: Math.max(0, reach - input - before) };
  });
  return {
    kernel_shape: integers(filter),
    strides: integers(strides),
    pads: integers([...pads.map(({ before }) => before), ...pads.map(({ after }) => after)]),
    ...(dilations.some((dilation) => dilation > 1) && { dilations: integers(dilations) }),
  };
}

/** The bias, if there is one, after what comes before it: in int32 its steps are input scale × weight scale. */
function withBias(writer: OnnxWriter, node: Node, inputs: readonly string[]): string[] {
  const bias = node.optional(2);
  if (!bias) return [...inputs];
  const input = node.input(0).quantization;
  const weights = node.input(1).quantization;
  if (!input || !weights) return [...inputs, writer.real(node.inputId(2))];
  const scales = weights.scales.map((scale) => Math.fround(input.scales[0] * scale));
  const quantization = { scales, zeroPoints: scales.map(() => 0), axis: 0 };
  return [...inputs, writer.known(node.inputId(2), { ...bias, quantization })];
}

function pool(opType: string, more: Attributes = {}) {
  return (writer: OnnxWriter, node: Node<PoolAttributes>) => {
    const { filterHeight, filterWidth, activation } = node.attributes;
    const attributes = { ...windowAttributes(node, [filterHeight, filterWidth]), ...more };
    const result = writer.node(opType, [writer.image(node.inputId(0))], attributes);
    writer.storeImage(node.outputId(), activated(writer, result, activation));
  };
}

/** The same elements in the output's shape. */
const reshape = (writer: OnnxWriter, node: Node): void => {
  const shape = writer.longs("shape", node.output().shape);
  writer.store(node.outputId(), writer.node("Reshape", [writer.real(node.inputId(0)), shape]));
};

const pads = (node: Node): number[] => {
  const sizes = node.integers(1, "the paddings");
  return [0, 1].flatMap((side) => sizes.filter((_, i) => i % 2 === side));
};

/** Operators that have a form in ONNX. */
export const writers: { readonly [K in OpKind]?: Write<K> } = {
  ADD: binary("Add"),
  AVERAGE_POOL_2D: pool("AveragePool", { count_include_pad: integer(0) }),
  CONCATENATION: elementwise("Concat", ({ attributes }) => ({ axis: integer(attributes.axis) })),
  CONV_2D: (writer, node) => {
    const weights = writer.weights(node.inputId(1), { axes: [0, 3, 1, 2] });
    const attributes = windowAttributes(node, node.input(1).shape.slice(1, 3));
    const inputs = withBias(writer, node, [writer.image(node.inputId(0)), weights]);
    const result = writer.node("Conv", inputs, attributes);
    writer.storeImage(node.outputId(), activated(writer, result, node.attributes.activation));
  },
  DEPTHWISE_CONV_2D: (writer, node) => {
    const weights = writer.weights(node.inputId(1), { axes: [3, 0, 1, 2] });
    const group = integer(node.input(0).shape[3]);
    const attributes = { ...windowAttributes(node, node.input(1).shape.slice(1, 3)), group };
    const inputs = withBias(writer, node, [writer.image(node.inputId(0)), weights]);
    const result = writer.node("Conv", inputs, attributes);
    writer.storeImage(node.outputId(), activated(writer, result, node.attributes.activation));
  },
  DEQUANTIZE: (writer, node) =>
    void writer.dequantized(writer.name(node.inputId(0)), node.input(0), writer.name(node.outputId())),
  DIV: binary("Div"),
  EXPAND_DIMS: reshape,
  FULLY_CONNECTED: (writer, node) => {
    const [, depth] = node.input(1).shape;
    const rows = elements(node.input(0).shape) / depth;
    const given = writer.real(node.inputId(0));
    const isMatrix = node.input(0).shape.length === 2 && node.input(0).shape[1] === depth;
    const matrix = isMatrix ? given : writer.node("Reshape", [given, writer.longs("rows", [rows, depth])]);
    const inputs = withBias(writer, node, [matrix, writer.real(node.inputId(1))]);
    const sums = activated(
      writer,
      writer.node("Gemm", inputs, { transB: integer(1) }),
      node.attributes.activation,
    );
    const { shape } = node.output();
    const result = shape.length === 2 ? sums : writer.node("Reshape", [sums, writer.longs("shape", shape)]);
    writer.store(node.outputId(), result);
  },
  HARD_SWISH: elementwise("HardSwish"),
  LEAKY_RELU: elementwise("LeakyRelu", ({ attributes }) => ({ alpha: float(attributes.alpha) })),
  LOGISTIC: elementwise("Sigmoid"),
  MAXIMUM: binary("Max"),
  MAX_POOL_2D: pool("MaxPool"),
  MEAN: (writer, node) => {
    const axes = integers(node.integers(1, "the axes"));
    const keepdims = integer(node.attributes.keepDims ? 1 : 0);
    const result = writer.node("ReduceMean", [writer.real(node.inputId(0))], { axes, keepdims });
    writer.store(node.outputId(), result);
  },
  MINIMUM: binary("Min"),
  MUL: binary("Mul"),
  PAD: (writer, node) =>
    writer.store(
      node.outputId(),
      writer.node("Pad", [writer.real(node.inputId(0)), writer.longs("pads", pads(node))]),
    ),
  QUANTIZE: (writer, node) => writer.store(node.outputId(), writer.real(node.inputId(0))),
  RELU: elementwise("Relu"),
  RELU6: (writer, node) =>
    writer.store(node.outputId(), activated(writer, writer.real(node.inputId(0)), "RELU6")),
  RESHAPE: reshape,
  RESIZE_NEAREST_NEIGHBOR: (writer, node) => {
    const { alignCorners, halfPixelCenters } = node.attributes;
    const way = alignCorners ? "align_corners" : halfPixelCenters ? "half_pixel" : "asymmetric";
    const rounding = alignCorners || halfPixelCenters ? "round_prefer_ceil" : "floor";
    const [batches, height, width, depth] = node.output().shape;
    const sizes = writer.longs("sizes", [batches, depth, height, width]);
    const attributes = { coordinate_transformation_mode: text(way), nearest_mode: text(rounding) };
    const inputs = [writer.image(node.inputId(0)), "", "", sizes];
    writer.storeImage(node.outputId(), writer.node("Resize", inputs, attributes));
  },
  SLICE: (writer, node) => {
    const begins = node.integers(1, "begin");
    const ends = begins.map((begin, axis) => begin + node.output().shape[axis]);
    const inputs = [writer.real(node.inputId(0)), writer.longs("starts", begins), writer.longs("ends", ends)];
    writer.store(node.outputId(), writer.node("Slice", inputs));
  },
  SOFTMAX: (writer, node) => {
    const given = writer.real(node.inputId(0));
    const { beta } = node.attributes;
    const scaled =
      beta === 1 ? given : writer.node("Mul", [given, writer.constant("beta", [], [beta], "float32")]);
    writer.store(node.outputId(), writer.node("Softmax", [scaled], { axis: integer(-1) }));
  },
  SQUEEZE: reshape,
  SUB: binary("Sub"),
  TANH: elementwise("Tanh"),
  TRANSPOSE: (writer, node) => {
    const perm = integers(node.integers(1, "the permutation"));
    writer.store(node.outputId(), writer.node("Transpose", [writer.real(node.inputId(0))], { perm }));
  },
};
