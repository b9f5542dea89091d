import { type DequantizeLayer, dequantize as dequantizeKernel } from "../../runtime/dequantize.js";
import { dequantizeFloat8 } from "../../runtime/float8-conversion.js";
import { FLOAT8, FLOAT8_TYPES } from "../arithmetic/float8.js";
import { DTYPE_BYTES, elements } from "../graph/graph.js";
import { kernel, type NoAttributes, type Operator, tensor } from "./operator.js";
import { lowerFloat8Conversion } from "./support/float8-elements.js";
import { cut } from "./support/tiles.js";

/** One product of floats, in iterations of a multiply-accumulate. */
const WORK = 2;

/** Dequantize (kernels/internal/reference/dequantize.h). */
export const dequantize: Operator<NoAttributes> = {
  kind: "DEQUANTIZE",
  inputs: [1, 1],
  outputs: [1, 1],
  types: "int8, uint8, int16, float8e4m3, float8e5m2 → float32",
  restrictions: "",
  checked: "golden models, reference",

  check(node) {
    node.requireType(node.input(0), "the input", ["int8", "uint8", "int16", ...FLOAT8_TYPES]);
    node.requireType(node.output(), "the output", ["float32"]);
    node.perTensor(node.input(0), "the input");
  },

  infer: (node) => [node.input(0).shape],

  lower(node) {
    if (node.input(0).dtype in FLOAT8) return lowerFloat8Conversion(node, dequantizeFloat8, node.input(0));
    const count = elements(node.output().shape);
    const { perTile, tiles, work } = cut(count, WORK);
    const inputBytes = DTYPE_BYTES[node.input(0).dtype] as 1 | 2;
    return kernel<DequantizeLayer>(
      { module: "dequantize", kernel: dequantizeKernel, layerType: "DequantizeLayer", tiles, work },
      {
        input: tensor(node.inputId(0), inputBytes),
        inputBytes,
        unsigned: node.input(0).dtype === "uint8",
        output: tensor(node.outputId(), 4),
        elements: count,
        elementsPerTile: perTile,
        ...node.perTensor(node.input(0), "the input"),
      },
    );
  },
};
