/**
 * The one intermediate representation. An importer makes a Graph, passes turn it into another, the planner reads it.
 * It is plain immutable data: a tensor is named by its index in `tensors`, which stays that of the source model, so
 * that people can line up what we print with a model viewer.
 */
import { type Lanes, placeCount, planeWords } from "./lanes.js";
import type { Op } from "./op.js";

/** Index of a tensor in `Graph.tensors`. */
export type TensorId = number;

/** `resource` is the type of a handle to a streaming variable: the int32 index of that variable. */
export type DType =
  | "int8"
  | "uint8"
  | "int16"
  | "int32"
  | "int64"
  | "float8e4m3"
  | "float8e5m2"
  | "float32"
  | "bool"
  | "resource";

/** Bytes of one element. */
export const DTYPE_BYTES: Readonly<Record<DType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  float8e4m3: 1,
  float8e5m2: 1,
  float32: 4,
  bool: 1,
  resource: 4,
};

/**
 * Affine quantization, real = scale · (q − zeroPoint): one scale a tensor, or one for each index of `axis`. Where the type is an
 * 8-bit float, q is its value, and the zero point 0.
 */
export interface Quantization {
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  /** The dimension that has one scale an index; 0 and without meaning where there is one scale. */
  readonly axis: number;
}

export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly quantization?: Quantization;
  /** Little-endian row-major elements of a constant; absent for what is computed or fed. */
  readonly data?: Uint8Array;
  /** Index in `Graph.variables` of the state that the tensor is: an input of the one operator that keeps it. */
  readonly variable?: number;
  /** Where its bytes are not its elements in order, but planes one after another: what boards that share a model send. */
  readonly lanes?: Lanes;
}

/**
 * State that outlives a run: what VAR_HANDLE names, or a tensor that an operator (SVDF, an LSTM) reads and writes. A handle's
 * value is the index in `Graph.variables`.
 */
export interface Variable {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Bytes after construction and after reset(): what CALL_ONCE's subgraph assigned, or the zero point. */
  readonly initial: Uint8Array;
}

export interface Graph {
  readonly name: string;
  readonly tensors: readonly Tensor[];
  /** In an order in which every operator comes after those that produce its inputs. */
  readonly ops: readonly Op[];
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
  readonly variables: readonly Variable[];
}

/** The tensors that operators, or a graph itself, have as inputs and outputs. */
export function connectedTensors(
  parts: readonly { readonly inputs: readonly (TensorId | null)[]; readonly outputs: readonly TensorId[] }[],
): ReadonlySet<TensorId | null> {
  return new Set(parts.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]));
}

/** Number of elements of a shape; 1 for a scalar's empty shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes that a tensor takes. */
export function byteLength(tensor: Pick<Tensor, "shape" | "dtype" | "lanes">): number {
  if (tensor.lanes) return 4 * placeCount(tensor.lanes) * planeWords(tensor.lanes);
  return elements(tensor.shape) * DTYPE_BYTES[tensor.dtype];
}
