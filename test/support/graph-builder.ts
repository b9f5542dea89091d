/** Builds graphs of one operator. */
import type { DType, Graph, Quantization, Tensor, Variable } from "../../codegen/graph/graph.js";
import type { AttributesOf, Op, OpKind } from "../../codegen/graph/op.js";

/** A tensor of a one-operator graph: state, or constant where it has values, else an input or output of the graph. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly quantization?: Quantization | undefined;
  readonly values?: readonly number[] | undefined;
  /** Its first values, where it is state. */
  readonly state?: readonly number[];
}

const ARRAYS = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  int32: Int32Array,
  float32: Float32Array,
} as const;

/** Little-endian bytes of values of a type. */
export function encode(values: readonly number[], dtype: DType): Uint8Array {
  const array =
    dtype === "int64"
      ? BigInt64Array.from(values, BigInt)
      : ARRAYS[dtype as keyof typeof ARRAYS].from(values);
  return new Uint8Array(array.buffer);
}

/** A quantization with one scale. */
export function perTensor(scale: number, zeroPoint: number): Quantization {
  return { scales: [scale], zeroPoints: [zeroPoint], axis: 0 };
}

/** The graph of one operator; null is an absent optional input. */
export function singleOpGraph<K extends OpKind>(
  kind: K,
  attributes: AttributesOf<K>,
  inputs: readonly (TensorSpec | null)[],
  outputs: readonly TensorSpec[],
): Graph {
  const tensors: Tensor[] = [];
  const variables: Variable[] = [];
  const add = (name: string, { shape, dtype, quantization, values, state }: TensorSpec): number =>
    tensors.push({
      name,
      shape,
      dtype,
      ...(quantization && { quantization }),
      ...(values && { data: encode(values, dtype) }),
      ...(state && { variable: variables.push({ name, shape, dtype, initial: encode(state, dtype) }) - 1 }),
    }) - 1;
  const inputIds = inputs.map((spec, i) => spec && add(`input${i}`, spec));
  const outputIds = outputs.map((spec, i) => add(`output${i}`, spec));
  const op = { kind, name: "output0", inputs: inputIds, outputs: outputIds, attributes } as unknown as Op;
  return {
    name: "single",
    tensors,
    ops: [op],
    inputs: inputIds.filter(
      (id): id is number => id !== null && !tensors[id].data && tensors[id].variable === undefined,
    ),
    outputs: outputIds,
    variables,
  };
}
