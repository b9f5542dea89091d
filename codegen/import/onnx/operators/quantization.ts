/** QuantizeLinear and DequantizeLinear: what onnxruntime's quantizer puts around operators that are to run in int8. */
import { elements, type Quantization } from "../../../graph/graph.js";
import { type Constant, constantOf, numbers, realValues } from "../constant.js";
import { computed, type OnnxNode, sameQuantization } from "../node.js";
import { shifted, signed } from "../quantize.js";
import type { Value } from "../value.js";

/** The types of what is quantized, and the values that each can have. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = { int8: [-128, 127], uint8: [0, 255] };

/** What a node says of quantized values. */
export interface Parameters {
  readonly dtype: string;
  readonly quantization: Quantization;
}

/** Scale and zero point, one or one for each index of an axis; the zero point's type is that of the quantized values. */
export function readParameters(node: OnnxNode): Parameters {
  const { attributes } = node;
  if (attributes.int("block_size", 0) !== 0)
    attributes.refuse("block_size", "given", "one scale a tensor or channel");
  attributes.ignore("output_dtype", "saturate");
  const scale = node.constant(1, "the scale");
  const given = node.inputs[2] && node.constant(2, "the zero point");
  const { shape } = node.input(0);
  const count = elements(scale.shape);
  const axis = count > 1 ? node.axis(attributes.int("axis", 1), shape.length) : 0;
  attributes.ignore("axis");
  const expected = count > 1 ? shape[axis] : 1;
  const found = given && count === expected ? elements(given.shape) : count;
  if (found !== expected) node.refuse("scale-count", { found, expected });
  const scales = numbers(scale);
  const zeroPoints = given ? numbers(given) : scales.map(() => 0);
  const index = scales.findIndex((scale) => !(Number.isFinite(scale) && scale > 0));
  if (index >= 0) node.refuse("scale", { scale: scales[index], index });
  return { dtype: given?.dtype ?? "uint8", quantization: { scales, zeroPoints, axis } };
}

/** The quantization of computed values, which are int8 here whatever they are in the file. */
export function int8Quantization(node: OnnxNode): Quantization {
  const { dtype, quantization } = readParameters(node);
  if (!RANGES[dtype])
    node.refuse("onnx-quantization", { why: `values are quantized to ${dtype}; int8 and uint8 are read` });
  if (quantization.scales.length > 1)
    node.refuse("onnx-quantization", { why: "activations are quantized per channel" });
  return dtype === "uint8" ? shifted(quantization) : quantization;
}

export function quantizeLinear(node: OnnxNode): Value {
  const value = node.input(0);
  if (value.constant) {
    const constant = quantizedConstant(node, value.constant);
    return { shape: value.shape, constant };
  }
  const quantization = int8Quantization(node);
  const { builder } = node;
  const stored = node.moved(value).map((id) => {
    if (builder.typeOf(id).quantization) return node.requantize(id, quantization, "rescaled");
    const { shape } = builder.tensors[id];
    const type = { dtype: "int8", quantization } as const;
    return builder.emit("QUANTIZE", {}, [id], { name: node.name(), shape, type });
  });
  return computed(stored, builder);
}

/** A constant that the model quantizes when it runs; rounds half to even, as ONNX says. */
function quantizedConstant(node: OnnxNode, constant: Constant): Constant {
  const { dtype, quantization } = readParameters(node);
  const [low, high] = RANGES[dtype] ?? node.refuse("onnx-quantization", { why: `a constant in ${dtype}` });
  const { scales, zeroPoints, axis } = quantization;
  const inner = elements(constant.shape.slice(axis + 1));
  const values = Array.from(realValues(constant), (value, i) => {
    const channel = scales.length === 1 ? 0 : Math.floor(i / inner) % scales.length;
    const q = roundToEven(Math.fround(value / scales[channel])) + zeroPoints[channel];
    return Math.max(low, Math.min(high, q));
  });
  return constantOf(values, dtype === "int8" ? "int8" : "uint8", constant.shape);
}

function roundToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}

/** Nothing is computed: that a value has a scale is known from where it was quantized. */
export function dequantizeLinear(node: OnnxNode): Value {
  const value = node.input(0);
  if (value.constant) {
    const { dtype, quantization } = readParameters(node);
    if (node.inputs[2] && dtype !== value.constant.dtype)
      node.refuse("onnx-quantization", { why: `the zero point of ${value.constant.dtype} is ${dtype}` });
    return { shape: value.shape, constant: signed({ ...value.constant, quantization }) };
  }
  const quantization = int8Quantization(node);
  const stored =
    value.quantized ?? node.refuse("onnx-quantization", { why: "it is given what is not quantized" });
  const found = node.builder.typeOf(stored.any).quantization;
  if (!found || !sameQuantization(found, quantization))
    node.refuse("onnx-quantization", {
      why: "the scale or zero point is not that with which it was quantized",
    });
  return value;
}
