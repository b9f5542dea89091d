import type { Graph, TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";

/** The versions from which on operators take weights in 4 bits (op_version.cc). */
const INT4: Partial<Record<Op["kind"], number>> = {
  CONV_2D: 7,
  DEPTHWISE_CONV_2D: 7,
  FULLY_CONNECTED: 10,
};

/** What symmetric weights of 4 bits are from −LIMIT to. */
const LIMIT = 7;

const WEIGHTS = 1;

/** Weights that a file can have in 4 bits: all who read them take them so. */
export function packedWeights({ tensors, ops, inputs, outputs }: Graph): ReadonlySet<TensorId> {
  const packed = new Set<TensorId>();
  for (const op of ops) {
    const id = op.inputs[WEIGHTS];
    const input = op.inputs[0];
    if (!(op.kind in INT4) || id === null || id === undefined || input === null) continue;
    const { dtype, data, quantization } = tensors[id];
    if (tensors[input].dtype !== "int8" || dtype !== "int8" || !quantization || !data) continue;
    if (quantization.zeroPoints.some((zeroPoint) => zeroPoint !== 0)) continue;
    if (new Int8Array(data.buffer, data.byteOffset, data.length).every((value) => Math.abs(value) <= LIMIT))
      packed.add(id);
  }
  const others = ops.flatMap((op) => op.inputs.filter((_, i) => !(op.kind in INT4 && i === WEIGHTS)));
  for (const id of [...others, ...inputs, ...outputs]) if (id !== null) packed.delete(id);
  return packed;
}

/** The version from which on an operator takes such weights; 1 where it has none. */
export function packedVersion(op: Op, packed: ReadonlySet<TensorId>): number {
  return packed.has(op.inputs[WEIGHTS] ?? -1) ? (INT4[op.kind] ?? 1) : 1;
}
