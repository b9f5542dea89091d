import { quantizeFloat8 } from "../../runtime/float8-conversion.js";
import { type QuantizeLayer, quantize as quantizeKernel } from "../../runtime/quantize.js";
import { requantize } from "../../runtime/requantize.js";
import { FLOAT8_TYPES, touchesFloat8 } from "../arithmetic/float8.js";
import { INT8, INT16, INT32, type IntegerRange, UINT8 } from "../arithmetic/integer-ranges.js";
import { DTYPE_BYTES, type DType, elements } from "../graph/graph.js";
import type { Node } from "./node.js";
import { type KernelLowering, kernel, type NoAttributes, type Operator, tensor } from "./operator.js";
import { multiplierOf } from "./support/factor.js";
import { lowerFloat8Conversion, rescaleFloat8 } from "./support/float8-elements.js";
import { lookupLowering } from "./support/lookup.js";
import { lowerRescale, type Rescaling } from "./support/rescale.js";
import { cut } from "./support/tiles.js";

/** Types of the output for each type of the input. */
const OUTPUTS: Partial<Record<DType, readonly DType[]>> = {
  float32: ["int8", "uint8", "int16", ...FLOAT8_TYPES],
  int8: ["int8", "uint8", "int16", "int32", ...FLOAT8_TYPES],
  uint8: ["int8"],
  int16: ["int8", "int16", "int32"],
  int32: ["int8", "int16"],
  float8e4m3: ["int8", ...FLOAT8_TYPES],
  float8e5m2: ["int8", ...FLOAT8_TYPES],
};

const RANGES: Partial<Record<DType, IntegerRange>> = { int8: INT8, uint8: UINT8, int16: INT16, int32: INT32 };

/** One division of floats, in iterations of a multiply-accumulate. */
const WORK = 4;

/** Least and greatest value of the output's type. */
function range(node: Node): IntegerRange {
  return RANGES[node.output().dtype]!;
}

/** From integers of one quantization to those of another: Requantize (kernels/internal/reference/requantize.h). */
function requantization(node: Node): Rescaling {
  const input = node.perTensor(node.input(0), "the input");
  const output = node.perTensor(node.output(), "the output");
  const { min, max } = RANGES[node.input(0).dtype]!;
  return {
    inputZeroPoint: input.zeroPoint,
    factor: multiplierOf(node, input.scale / output.scale, Math.min(max - min, INT32.max)),
    outputZeroPoint: output.zeroPoint,
    range: range(node),
  };
}

/** From byte to byte. */
function lowerBytes(node: Node): KernelLowering {
  const { inputZeroPoint, factor, outputZeroPoint, range } = requantization(node);
  return lookupLowering(node, (q) => {
    const scaled = requantize(q - inputZeroPoint, factor.multiplier, factor.shift) + outputZeroPoint;
    return Math.max(range.min, Math.min(range.max, scaled));
  });
}

/** From float32: AffineQuantize (kernels/internal/reference/quantize.h). */
function lowerFloat(node: Node): KernelLowering {
  const count = elements(node.output().shape);
  const { perTile, tiles, work } = cut(count, WORK);
  const outputBytes = DTYPE_BYTES[node.output().dtype] as 1 | 2;
  return kernel<QuantizeLayer>(
    { module: "quantize", kernel: quantizeKernel, layerType: "QuantizeLayer", tiles, work },
    {
      input: tensor(node.inputId(0), 4),
      output: tensor(node.outputId(), outputBytes),
      outputBytes,
      elements: count,
      elementsPerTile: perTile,
      ...node.perTensor(node.output(), "the output"),
      ...range(node),
    },
  );
}

/** Whether the output, or what is no float32 on the other side, is an 8-bit float. */
function isFloat8(node: Node): boolean {
  return touchesFloat8(node.graph, node.op);
}

/** To another type or quantization (micro/kernels/quantize_common.cc). */
export const quantize: Operator<NoAttributes> = {
  kind: "QUANTIZE",
  inputs: [1, 1],
  outputs: [1, 1],
  types: Object.entries(OUTPUTS)
    .map(([from, to]) => `${from} → ${to.join(", ")}`)
    .join("; "),
  restrictions:
    "int32 with zero point 0; float32 → uint8, which TFLM lacks, as TensorFlow Lite does it; 8-bit floats, which both lack",
  checked: "golden models, reference",

  check(node) {
    const [input, output] = [node.input(0), node.output()];
    node.requireType(input, "the input", Object.keys(OUTPUTS) as DType[]);
    node.requireType(output, "the output", OUTPUTS[input.dtype]!);
    node.perTensor(output, "the output");
    if (isFloat8(node)) {
      if (input.dtype !== "float32") rescaleFloat8(node);
      return;
    }
    if (input.dtype !== "float32") requantization(node);
    // Elsewhere differences to the zero point leave int32.
    if (input.dtype === "int32") node.requireZeroPoint(input, "the input");
    if (output.dtype === "int32") node.requireZeroPoint(output, "the output");
  },

  infer: (node) => [node.input(0).shape],

  lower(node) {
    if (isFloat8(node))
      return node.input(0).dtype === "float32"
        ? lowerFloat8Conversion(node, quantizeFloat8, node.output())
        : lookupLowering(node, rescaleFloat8(node));
    const bytes = [node.input(0), node.output()].map(({ dtype }) => DTYPE_BYTES[dtype]);
    if (node.input(0).dtype === "float32") return lowerFloat(node);
    return Math.max(...bytes) === 1 ? lowerBytes(node) : lowerRescale(node, requantization(node));
  },
};
