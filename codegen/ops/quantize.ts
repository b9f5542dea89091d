import { type QuantizeLayer, quantize as quantizeKernel } from "../../runtime/quantize.js";
import { requantize } from "../../runtime/requantize.js";
import { type DType, elements } from "../graph/graph.js";
import type { Node } from "./node.js";
import { type KernelLowering, kernel, type NoAttributes, type Operator, tensor } from "./operator.js";
import { BYTE_REACH, multiplierOf } from "./support/factor.js";
import { type ByteFunction, lookupLowering } from "./support/lookup.js";
import { cut } from "./support/tiles.js";

/** Types of the output for each type of the input. */
const OUTPUTS: Partial<Record<DType, readonly DType[]>> = {
  float32: ["int8", "uint8"],
  int8: ["int8", "uint8"],
  uint8: ["int8"],
};

/** One division of floats, in iterations of a multiply-accumulate. */
const WORK = 4;

/** Least and greatest value of the output's type. */
function range(node: Node): { min: number; max: number } {
  return node.output().dtype === "int8" ? { min: -128, max: 127 } : { min: 0, max: 255 };
}

/** From bytes of one quantization to those of another: Requantize (kernels/internal/reference/requantize.h). */
function requantization(node: Node): ByteFunction {
  const input = node.perTensor(node.input(0), "the input");
  const output = node.perTensor(node.output(), "the output");
  const { multiplier, shift } = multiplierOf(node, input.scale / output.scale, BYTE_REACH);
  const { min, max } = range(node);
  return (q) => {
    const scaled = requantize(q - input.zeroPoint, multiplier, shift) + output.zeroPoint;
    return Math.max(min, Math.min(max, scaled));
  };
}

/** From float32: AffineQuantize (kernels/internal/reference/quantize.h). */
function lowerFloat(node: Node): KernelLowering {
  const count = elements(node.output().shape);
  const { perTile, tiles, work } = cut(count, WORK);
  return kernel<QuantizeLayer>(
    { module: "quantize", kernel: quantizeKernel, layerType: "QuantizeLayer", tiles, work },
    {
      input: tensor(node.inputId(0), 4),
      output: tensor(node.outputId()),
      elements: count,
      elementsPerTile: perTile,
      ...node.perTensor(node.output(), "the output"),
      ...range(node),
    },
  );
}

/** To another type or quantization (micro/kernels/quantize_common.cc). */
export const quantize: Operator<NoAttributes> = {
  kind: "QUANTIZE",
  inputs: [1, 1],
  outputs: [1, 1],
  types: "float32, int8 → int8, uint8; uint8 → int8",
  restrictions: "float32 → uint8, which TFLM lacks, as TensorFlow Lite does it",
  checked: "golden models, reference",

  check(node) {
    const input = node.input(0);
    node.requireType(input, "the input", Object.keys(OUTPUTS) as DType[]);
    node.requireType(node.output(), "the output", OUTPUTS[input.dtype]!);
    node.perTensor(node.output(), "the output");
    if (input.dtype !== "float32") requantization(node);
  },

  infer: (node) => [node.input(0).shape],

  lower: (node) =>
    node.input(0).dtype === "float32" ? lowerFloat(node) : lookupLowering(node, requantization(node)),
};
