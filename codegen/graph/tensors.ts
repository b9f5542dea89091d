/** What must hold of each tensor by itself: sizes, data and quantization. */
import { FLOAT8, isFinite8 } from "../arithmetic/float8.js";
import { type Code, type Details, type Problem, tensorPlace } from "../problems/problem.js";
import { byteLength, type DType, type Quantization, type Tensor, type TensorId } from "./graph.js";

const MAX_RANK = 8;
const MAX_BYTES = 2 ** 24;
/** What all tensors of a graph may take. */
export const MAX_BYTES_TOGETHER = 2 ** 26;

/** The zero points that each type can have; types that are not here are not quantized. */
const ZERO_POINTS: Partial<Record<DType, readonly [min: number, max: number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  float8e4m3: [0, 0],
  float8e5m2: [0, 0],
};

/** Whether tensors of a type can carry a quantization. */
export function isQuantizable(dtype: DType): boolean {
  return dtype in ZERO_POINTS;
}

/**
 * Everything that is wrong with tensors by themselves.
 *
 * @param isConnected whether anything reads or writes a tensor; converters leave empty ones that nothing does
 */
export function tensorProblems(
  tensors: readonly Tensor[],
  isConnected: (id: TensorId) => boolean = () => true,
): Problem[] {
  const problems = tensors.flatMap((tensor, id) => {
    if (!isConnected(id) && byteLength(tensor) === 0) return [];
    const place = tensorPlace(id, tensor);
    return [...problemsOf(tensor)].map((problem) => ({ ...problem, place }) as Problem);
  });
  if (problems.length > 0) return problems;
  const bytes = tensors.reduce((sum, tensor) => sum + byteLength(tensor), 0);
  if (bytes > MAX_BYTES_TOGETHER) return [{ code: "all-too-large", details: { bytes }, place: {} }];
  return [];
}

type Finding = { [C in Code]: { readonly code: C; readonly details: Details[C] } }[Code];

function* problemsOf(tensor: Tensor): Generator<Finding> {
  const { shape, dtype, data, quantization } = tensor;
  if (shape.length > MAX_RANK) return yield { code: "too-many-dimensions", details: { rank: shape.length } };
  const bad = shape.findIndex((size) => !Number.isInteger(size) || size < 1);
  if (bad >= 0) yield { code: "dimension", details: { axis: bad, size: shape[bad] } };
  const bytes = byteLength(tensor);
  if (bytes > MAX_BYTES) yield { code: "too-large", details: { shape } };
  else if (bad < 0 && data && data.length !== bytes)
    yield { code: "data-length", details: { expected: bytes, found: data.length } };
  const format = FLOAT8[dtype];
  const index = format && data ? data.findIndex((code) => !isFinite8(code, format)) : -1;
  if (index >= 0) yield { code: "float8-not-finite", details: { index, code: data![index] } };
  if (quantization) yield* quantizationProblems(tensor, quantization);
}

function* quantizationProblems(
  { shape, dtype }: Tensor,
  { scales, zeroPoints, axis }: Quantization,
): Generator<Finding> {
  const index = scales.findIndex((scale) => !Number.isFinite(scale) || scale <= 0);
  if (index >= 0) yield { code: "scale", details: { scale: scales[index], index } };
  const [min, max] = ZERO_POINTS[dtype] ?? [0, 0];
  const zeroPoint = zeroPoints.find((z) => !Number.isInteger(z) || z < min || z > max);
  if (zeroPoint !== undefined) yield { code: "zero-point", details: { zeroPoint, dtype } };
  const perChannel = scales.length > 1;
  if (perChannel && !(Number.isInteger(axis) && axis >= 0 && axis < shape.length))
    yield { code: "axis", details: { axis, rank: shape.length } };
  const expected = perChannel ? (shape[axis] ?? scales.length) : 1;
  const found = scales.length === expected ? zeroPoints.length : scales.length;
  if (found !== expected) yield { code: "scale-count", details: { found, expected } };
}
