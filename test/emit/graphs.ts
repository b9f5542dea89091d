/** A small graph in which everything occurs that a generated module can hold. */
import type { Graph, Quantization, Tensor } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";

const affine = (scale: number, zeroPoint: number): Quantization => ({
  scales: [scale],
  zeroPoints: [zeroPoint],
  axis: 0,
});

const int8 = (name: string, shape: number[], quantization: Quantization, data?: number[]): Tensor => ({
  name,
  shape,
  dtype: "int8",
  quantization,
  ...(data && { data: Uint8Array.from(data) }),
});

const int32 = (name: string, values: number[]): Tensor => ({
  name,
  shape: [values.length],
  dtype: "int32",
  data: new Uint8Array(Int32Array.from(values).buffer),
});

const perChannel: Quantization = { scales: [0.01, 0.02], zeroPoints: [0, 0], axis: 0 };
const image = affine(1 / 128, 0);

/** Float input, int8 inside with a streaming variable and a reshape, float and int8 outputs. */
export function everyFeature(): Graph {
  const tensors: Tensor[] = [
    { name: "image", shape: [1, 4, 4, 1], dtype: "float32" },
    int8("quantized", [1, 4, 4, 1], image),
    int8("weights", [2, 2, 2, 1], perChannel, [1, 2, 3, 4, 251, 252, 253, 254]),
    int32("bias", [100, -100]),
    int8("conv/Relu6", [1, 2, 2, 2], affine(0.05, -128)),
    int8("flat", [1, 8], affine(0.05, -128)),
    { name: "handle", shape: [], dtype: "resource" },
    int8("before", [1, 8], affine(0.05, -128)),
    int8("sum", [1, 8], affine(0.1, -128)),
    { name: "scores", shape: [1, 8], dtype: "float32" },
    int32("shape", [1, 8]),
  ];
  const ops: Op[] = [
    { kind: "QUANTIZE", name: "quantized", inputs: [0], outputs: [1], attributes: {} },
    {
      kind: "CONV_2D",
      name: "conv/Relu6",
      inputs: [1, 2, 3],
      outputs: [4],
      attributes: {
        strideHeight: 2,
        strideWidth: 2,
        dilationHeight: 1,
        dilationWidth: 1,
        padding: "VALID",
        activation: "RELU6",
      },
    },
    { kind: "RESHAPE", name: "flat", inputs: [4, 10], outputs: [5], attributes: { newShape: null } },
    { kind: "VAR_HANDLE", name: "handle", inputs: [], outputs: [6], attributes: { variable: 0 } },
    { kind: "READ_VARIABLE", name: "before", inputs: [6], outputs: [7], attributes: { variable: 0 } },
    {
      kind: "ASSIGN_VARIABLE",
      name: "ASSIGN_VARIABLE#5",
      inputs: [6, 5],
      outputs: [],
      attributes: { variable: 0 },
    },
    { kind: "ADD", name: "sum", inputs: [5, 7], outputs: [8], attributes: { activation: "NONE" } },
    { kind: "DEQUANTIZE", name: "scores", inputs: [8], outputs: [9], attributes: {} },
  ];
  return {
    name: "sample",
    tensors,
    ops,
    inputs: [0],
    outputs: [9, 8],
    variables: [{ name: "state", shape: [1, 8], dtype: "int8", initial: new Uint8Array(8).fill(128) }],
  };
}
