import type { DType } from "./graph.js";

/** The element arrays of the types that tensors can have. */
export type Elements = Int8Array | Uint8Array | Int16Array | Int32Array | BigInt64Array | Float32Array;

const ARRAYS: Readonly<Record<DType, new (buffer: ArrayBuffer) => Elements>> = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float8e4m3: Uint8Array,
  float8e5m2: Uint8Array,
  float32: Float32Array,
  bool: Uint8Array,
  resource: Int32Array,
};

/** A copy of a tensor's little-endian bytes as elements of its type, those of 8-bit floats as codes. A Buffer's slice() is none. */
export function elementsOf(dtype: DType, bytes: Uint8Array): Elements {
  return new ARRAYS[dtype](Uint8Array.from(bytes).buffer);
}
