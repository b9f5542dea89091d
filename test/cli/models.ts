/** Models small enough to check by hand. Most give back what they were given: MAXIMUM with the least value. */
import type { Graph, Quantization, Tensor } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { encode, perTensor, singleOpGraph } from "../support/graph-builder.js";

/** Scale 1/255, zero point −128: real values from 0 to 1, such as pixels. */
const PIXELS = perTensor(Math.fround(1 / 255), -128);

/** Gives back its int8 input. */
export function identity(shape: readonly number[], quantization: Quantization = PIXELS): Graph {
  const tensor = { shape, dtype: "int8", quantization } as const;
  const least = { shape: [1], dtype: "int8", quantization, values: [-128] } as const;
  return singleOpGraph("MAXIMUM", {}, [tensor, least], [tensor]);
}

/** Passes int16 values, of 1/1000 each. */
export function identity16(shape: readonly number[]): Graph {
  const tensor = { shape, dtype: "int16", quantization: perTensor(0.001, 0) } as const;
  return singleOpGraph("MAXIMUM", {}, [tensor, { ...tensor, shape: [1], values: [-32_768] }], [tensor]);
}

/** The greater of two int8 inputs of different shapes, [1, 2, 2] and [1, 1, 2]. */
export function twoInputs(): Graph {
  const tensor = (shape: readonly number[]) => ({ shape, dtype: "int8", quantization: PIXELS }) as const;
  return singleOpGraph("MAXIMUM", {}, [tensor([1, 2, 2]), tensor([1, 1, 2])], [tensor([1, 2, 2])]);
}

/** Quantizes a float32 input. */
export function floatInput(shape: readonly number[]): Graph {
  return singleOpGraph(
    "QUANTIZE",
    {},
    [{ shape, dtype: "float32" }],
    [{ shape, dtype: "int8", quantization: perTensor(0.5, 0) }],
  );
}

/** The greatest of each element so far: a streaming variable that begins at −128. */
export function runningMaximum(length: number): Graph {
  const shape = [1, length];
  const tensor = (name: string): Tensor => ({ name, shape, dtype: "int8", quantization: PIXELS });
  const ops: Op[] = [
    { kind: "VAR_HANDLE", name: "handle", inputs: [], outputs: [1], attributes: { variable: 0 } },
    { kind: "READ_VARIABLE", name: "before", inputs: [1], outputs: [2], attributes: { variable: 0 } },
    { kind: "MAXIMUM", name: "after", inputs: [2, 0], outputs: [3], attributes: {} },
    { kind: "ASSIGN_VARIABLE", name: "keep", inputs: [1, 3], outputs: [], attributes: { variable: 0 } },
  ];
  return {
    name: "running-maximum",
    tensors: [
      tensor("input"),
      { name: "handle", shape: [], dtype: "resource" },
      tensor("before"),
      tensor("after"),
    ],
    ops,
    inputs: [0],
    outputs: [3],
    variables: [
      { name: "greatest", shape, dtype: "int8", initial: encode(Array(length).fill(-128), "int8") },
    ],
  };
}

/** A dense layer of 8 inputs and 3 outputs. */
export function denseModel(): Graph {
  const weights = Array.from({ length: 24 }, (_, i) => ((i * 37) % 251) - 125);
  return singleOpGraph(
    "FULLY_CONNECTED",
    { activation: "NONE", keepDims: false },
    [
      { shape: [1, 8], dtype: "int8", quantization: PIXELS },
      { shape: [3, 8], dtype: "int8", quantization: perTensor(0.01, 0), values: weights },
      {
        shape: [3],
        dtype: "int32",
        quantization: perTensor(Math.fround(0.01 / 255), 0),
        values: [1000, -2000, 0],
      },
    ],
    [{ shape: [1, 3], dtype: "int8", quantization: perTensor(0.05, 0) }],
  );
}
