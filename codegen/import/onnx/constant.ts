/** Values that are known when a model is compiled: initializers, attributes, and what is computed from them. */
import { elementsOf } from "../../graph/elements.js";
import { byteLength, DTYPE_BYTES, type DType, elements, type Quantization } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import type { ExternalFiles } from "./external.js";
import { arrange, type Layout, place } from "./layout.js";
import { DATA_TYPES, EXTERNAL, type Tensor } from "./schema.js";

/** What constants may take, as tensors of a graph may. */
const MAX_BYTES = 2 ** 24;
const MAX_RANK = 8;

export interface Constant {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Little-endian and row-major. */
  readonly data: Uint8Array;
  readonly quantization?: Quantization;
}

/** Types that constants can have; those of the file that are not here are refused. */
const TYPES: readonly string[] = ["float32", "int8", "uint8", "int32", "int64", "bool"] satisfies DType[];

/**
 * A tensor of the file.
 *
 * @throws Refusal `onnx-tensor-type`, `onnx-tensor-shape`, `too-large`, `onnx-tensor-data`, and those of external data
 */
export function readTensor(tensor: Tensor, files: ExternalFiles): Constant {
  const name = tensor.name ?? "";
  const dtype = dataType(tensor.dataType, name);
  const shape = tensor.dims;
  if (shape.length > MAX_RANK) refuse("too-many-dimensions", { rank: shape.length });
  const axis = shape.findIndex((size) => !Number.isInteger(size) || size < 0);
  if (axis >= 0) refuse("onnx-tensor-shape", { tensor: name, axis, size: shape[axis] });
  const expected = byteLength({ shape, dtype });
  if (expected > MAX_BYTES) refuse("too-large", { shape });
  const data =
    tensor.dataLocation === EXTERNAL ? files.data(tensor) : (tensor.rawData ?? listed(tensor, dtype));
  if (data.length !== expected) refuse("onnx-tensor-data", { tensor: name, expected, found: data.length });
  return { shape, dtype, data };
}

/** A type of the file, if it is one that values can have here. */
export function dataType(code: number | undefined, tensor: string): DType {
  const type = DATA_TYPES[code ?? 0] ?? `type ${code}`;
  return TYPES.includes(type) ? (type as DType) : refuse("onnx-tensor-type", { tensor, type });
}

/** The bytes of a tensor whose values are a list of numbers, of which there is one a group of types. */
function listed(tensor: Tensor, dtype: DType): Uint8Array {
  const values =
    dtype === "float32" ? tensor.floatData : dtype === "int64" ? tensor.int64Data : tensor.int32Data;
  return encodeNumbers(values, dtype);
}

const ARRAYS = {
  int8: Int8Array,
  int16: Int16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int32: Int32Array,
  float32: Float32Array,
} as const;

/** Numbers as bytes of a type; those that it does not hold wrap around. */
export function encodeNumbers(values: ArrayLike<number>, dtype: DType): Uint8Array {
  if (dtype === "int64") {
    const longs = BigInt64Array.from(Array.from(values), (value) => BigInt(saturated(Math.trunc(value))));
    return new Uint8Array(longs.buffer);
  }
  return new Uint8Array(ARRAYS[dtype as keyof typeof ARRAYS].from(values).buffer);
}

/** Numbers as a constant. */
export function constantOf(values: ArrayLike<number>, dtype: DType, shape: readonly number[]): Constant {
  return { shape, dtype, data: encodeNumbers(values, dtype) };
}

/** The values of a constant as numbers; integers of 64 bits are inexact beyond 2^53, where every use is out of range. */
export function numbers({ dtype, data }: Constant): number[] {
  const values = elementsOf(dtype, data);
  return values instanceof BigInt64Array ? Array.from(values, Number) : Array.from(values);
}

/** The real values of a constant: as they are, or dequantized. */
export function realValues(constant: Constant): Float32Array {
  const { shape, quantization } = constant;
  const values = numbers(constant);
  if (!quantization) return Float32Array.from(values);
  const { scales, zeroPoints, axis } = quantization;
  const inner = elements(shape.slice(axis + 1));
  return Float32Array.from(values, (value, i) => {
    const channel = scales.length === 1 ? 0 : Math.floor(i / inner) % scales.length;
    return (value - zeroPoints[channel]) * scales[channel];
  });
}

/**
 * The elements in another order.
 *
 * @param shape of the result
 * @param strides how far apart in `constant` neighbours along each axis of the result are; 0 repeats
 */
export function gather(constant: Constant, shape: readonly number[], strides: readonly number[], start = 0) {
  const bytes = DTYPE_BYTES[constant.dtype];
  const count = elements(shape);
  const data = new Uint8Array(count * bytes);
  const index = new Array<number>(shape.length).fill(0);
  let from = start;
  for (let to = 0; to < count; to++) {
    for (let byte = 0; byte < bytes; byte++) data[to * bytes + byte] = constant.data[from * bytes + byte];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return { shape, dtype: constant.dtype, data } satisfies Constant;
}

/** A constant with its axes where a layout wants them. Scales of an axis go with it. */
export function arranged(constant: Constant, layout: Layout): Constant {
  const { shape, quantization } = constant;
  const moved = gather(constant, arrange(layout, shape, 1), arrange(layout, stridesOf(shape), 0));
  if (!quantization) return moved;
  const axis = quantization.scales.length > 1 ? place(layout, quantization.axis) : 0;
  return { ...moved, quantization: { ...quantization, axis } };
}

/** A constant in float32. */
export function real(constant: Constant): Constant {
  if (constant.dtype === "float32") return constant;
  return constantOf(realValues(constant), "float32", constant.shape);
}

/** How far apart neighbours along each axis are. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elements(shape.slice(axis + 1)));
}

function saturated(value: number): number {
  return Number.isFinite(value) ? Math.max(-(2 ** 63), Math.min(2 ** 63 - 1024, value)) : 0;
}
