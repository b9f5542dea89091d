/** What quantization asks of each operator's activations. */
import type { OpKind } from "../../graph/op.js";
import type { ActivationFormat } from "./formats.js";
import type { ActivationType } from "./types.js";

/** Those that compute in the types of their inputs and output, whatever these are. */
const FREE: readonly OpKind[] = [
  "ADD",
  "CONV_2D",
  "DEPTHWISE_CONV_2D",
  "FULLY_CONNECTED",
  "HARD_SWISH",
  "LEAKY_RELU",
  "MEAN",
  "MUL",
  "RELU",
  "SUB",
  "TRANSPOSE_CONV",
  "UNIDIRECTIONAL_SEQUENCE_LSTM",
];

/** Those that compare or move elements as they are: inputs and outputs are of one type. */
const SAME: readonly OpKind[] = [
  "AVERAGE_POOL_2D",
  "CONCATENATION",
  "EXPAND_DIMS",
  "MAXIMUM",
  "MAX_POOL_2D",
  "MINIMUM",
  "PACK",
  "PAD",
  "PADV2",
  "RELU6",
  "RESHAPE",
  "RESIZE_NEAREST_NEIGHBOR",
  "SLICE",
  "SPLIT",
  "SPLIT_V",
  "SQUEEZE",
  "STRIDED_SLICE",
  "TRANSPOSE",
  "UNPACK",
];

/** Those whose output TFLite fixes, in each format that they compute in. */
const FIXED: Partial<Record<OpKind, readonly ActivationType[]>> = {
  LOGISTIC: [{ format: "int8", scale: 1 / 256, zeroPoint: -128 }],
  SOFTMAX: [
    { format: "int8", scale: 1 / 256, zeroPoint: -128 },
    { format: "int16", scale: 2 ** -15, zeroPoint: 0 },
  ],
  TANH: [{ format: "int8", scale: 1 / 128, zeroPoint: 0 }],
};

/** Those that are int8 where others are int16. */
const ONLY_INT8: readonly OpKind[] = [
  "HARD_SWISH",
  "LOGISTIC",
  "MEAN",
  "TANH",
  "UNIDIRECTIONAL_SEQUENCE_LSTM",
];

/** Those with a kernel for 8-bit floats, beside those that move elements. */
const FLOAT8_KINDS: readonly OpKind[] = ["CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "RELU"];

/** Those of the operators of one type that compare or average elements, without a kernel for 8-bit floats. */
const COMPARING: readonly OpKind[] = ["AVERAGE_POOL_2D", "MAXIMUM", "MAX_POOL_2D", "MINIMUM"];

/** Whether operators of a kind can be quantized. */
export function isQuantizable(kind: OpKind): boolean {
  return FREE.includes(kind) || SAME.includes(kind) || kind in FIXED;
}

/** Whether an operator's inputs and outputs must be of one type. */
export function keepsType(kind: OpKind): boolean {
  return SAME.includes(kind);
}

/** The only type of a format that an operator's output can have. */
export function fixedType(kind: OpKind, format: ActivationFormat): ActivationType | undefined {
  return FIXED[kind]?.find((type) => type.format === format);
}

/** Whether there is a kernel for 8-bit floats. */
export function takesFloat8(kind: OpKind): boolean {
  return FLOAT8_KINDS.includes(kind) || (SAME.includes(kind) && !COMPARING.includes(kind));
}

/** Whether an operator computes in int8 only, of the integers. */
export function isNarrow(kind: OpKind): boolean {
  return ONLY_INT8.includes(kind);
}
