import type { WordsOf } from "./problem.js";

/** What an operator cannot take, or we cannot compile. */
export interface OperatorProblems {
  "input-count": { found: number; min: number; max: number };
  "output-count": { found: number; min: number; max: number };
  "input-missing": { input: number };
  "type-not-supported": { role: string; dtype: string; supported: readonly string[] };
  "quantization-missing": { role: string };
  "quantization-per-tensor": { role: string };
  "quantization-same": { first: string; second: string };
  "quantization-fixed": { role: string; scale: number; zeroPoint: number };
  "weight-zero-point": { zeroPoint: number };
  "bias-scale": { found: number; expected: number };
  "constant-needed": { role: string };
  "state-needed": { role: string };
  "zero-point-needed": { role: string; zeroPoint: number };
  rank: { role: string; found: number; supported: string };
  shape: { why: string };
  attribute: { attribute: string; value: string; supported: string };
  "accumulator-overflow": { bound: string; holder?: string };
  "multiplier-range": { value: number };
}

const again = "quantize the model again with TensorFlow Lite's int8 scheme";
const malformed = "the model is malformed; export it again";

export const operatorWords: WordsOf<OperatorProblems> = {
  "input-count": ({ found, min, max }) => ({
    what: `it has ${found} inputs where ${min === max ? min : `${min} to ${max}`} belong`,
    todo: malformed,
  }),
  "output-count": ({ found, min, max }) => ({
    what: `it has ${found} outputs where ${min === max ? min : `${min} to ${max}`} belong`,
    todo: malformed,
  }),
  "input-missing": ({ input }) => ({ what: `input ${input} is required and absent`, todo: malformed }),
  "type-not-supported": ({ role, dtype, supported }) => ({
    what: `${role} is ${dtype}; supported: ${supported.join(", ")}`,
    todo: "quantize the model to int8 (weights and activations), or see `xsnn ops`",
  }),
  "quantization-missing": ({ role }) => ({ what: `${role} has no scale and zero point`, todo: again }),
  "quantization-per-tensor": ({ role }) => ({
    what: `${role} is quantized per channel where one scale is expected`,
    todo: again,
  }),
  "quantization-same": ({ first, second }) => ({
    what: `${first} and ${second} must have the same scale and zero point`,
    todo: again,
  }),
  "quantization-fixed": ({ role, scale, zeroPoint }) => ({
    what: `${role} must have scale ${scale} and zero point ${zeroPoint}`,
    todo: again,
  }),
  "weight-zero-point": ({ zeroPoint }) => ({
    what: `the weights have zero point ${zeroPoint}`,
    todo: "int8 weights are symmetric: quantize the model again",
  }),
  "bias-scale": ({ found, expected }) => ({
    what: `the bias has scale ${found}, not input scale × weight scale, ${expected}`,
    todo: again,
  }),
  "constant-needed": ({ role }) => ({
    what: `${role} is computed at run time`,
    todo: "it must be a constant: export the model with fixed shapes",
  }),
  "state-needed": ({ role }) => ({
    what: `${role} is no variable tensor`,
    todo: "the operator keeps its state there: the model is malformed; export it again",
  }),
  "zero-point-needed": ({ role, zeroPoint }) => ({
    what: `${role} has zero point ${zeroPoint}`,
    todo: "TFLM's kernel takes no other than 0 there: quantize the model again",
  }),
  rank: ({ role, found, supported }) => ({
    what: `${role} has ${found} dimensions; supported: ${supported}`,
    todo: "see `xsnn ops` for what each operator takes",
  }),
  shape: ({ why }) => ({ what: why, todo: malformed }),
  attribute: ({ attribute, value, supported }) => ({
    what: `${attribute} is ${value}; supported: ${supported}`,
    todo: "see `xsnn ops` for what each operator takes",
  }),
  "accumulator-overflow": ({ bound, holder = "int32" }) => ({
    what: `its sums can reach ${bound}, which ${holder} does not hold`,
    todo: again,
  }),
  "multiplier-range": ({ value }) => ({
    what: `the scales ask for a factor of ${value}, which fixed-point requantization does not reach`,
    todo: again,
  }),
};
