import type { Graph, TensorId } from "../../graph/graph.js";
import type { Op, OpKind } from "../../graph/op.js";
import { formats, isStateKind, STATE_VERSION } from "../../import/tflite/operators.js";
import { packedVersion } from "./packed-weights.js";

/** The versions from which on operators take int16, where that is later than int8 (op_version.cc). */
const INT16: { readonly [K in OpKind]?: number } = {
  ADD: 3,
  AVERAGE_POOL_2D: 3,
  CONCATENATION: 3,
  CONV_2D: 4,
  DEPTHWISE_CONV_2D: 5,
  DEQUANTIZE: 3,
  FULLY_CONNECTED: 7,
  LEAKY_RELU: 2,
  LOGISTIC: 3,
  MAXIMUM: 4,
  MAX_POOL_2D: 3,
  MEAN: 3,
  MINIMUM: 4,
  MUL: 4,
  PACK: 3,
  QUANTIZE: 2,
  RELU: 3,
  RELU6: 3,
  RESIZE_NEAREST_NEIGHBOR: 4,
  SOFTMAX: 3,
  SPLIT: 4,
  SUB: 5,
  TANH: 3,
  UNPACK: 4,
};

/**
 * The version of an operator that a file has to name, so that only what knows all of it takes it.
 *
 * @param packed weights that are in 4 bits
 */
export function versionOf(op: Op, { tensors }: Graph, packed: ReadonlySet<TensorId>): number {
  if (isStateKind(op.kind)) return STATE_VERSION;
  const [int8] = formats[op.kind].versions;
  const isWide = [...op.inputs, ...op.outputs].some((id) => id !== null && tensors[id].dtype === "int16");
  return Math.max(int8, isWide ? (INT16[op.kind] ?? 1) : 1, attributesVersion(op), packedVersion(op, packed));
}

/** From when on there are the attributes that an operator has. */
function attributesVersion(op: Op): number {
  switch (op.kind) {
    case "CONV_2D":
      return op.attributes.sumType ? 8 : 1;
    case "FULLY_CONNECTED":
      return op.attributes.sumType ? 11 : 1;
    case "TRANSPOSE_CONV":
      return op.attributes.activation === "NONE" ? 1 : 4;
    case "UNIDIRECTIONAL_SEQUENCE_LSTM":
      return op.attributes.diagonalRecurrentTensors ? 4 : 1;
    default:
      return 1;
  }
}
