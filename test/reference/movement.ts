/** Operators that move elements: micro/kernels/*.cc and kernels/internal/reference/*.h of the same names. */
import { build, float, offset, positiveAxis, type ReferenceTensor, type Result, round } from "./tensor.js";

const at = (input: ReferenceTensor, index: readonly number[]): number =>
  input.values[offset(input.shape, index)];

/** PAD and PADV2: `paddings` holds (before, after) of every dimension. */
export function pad(input: ReferenceTensor, paddings: readonly number[], padValue: number): Result {
  const shape = input.shape.map((size, axis) => paddings[2 * axis] + size + paddings[2 * axis + 1]);
  return build(shape, (index) => {
    const source = index.map((i, axis) => i - paddings[2 * axis]);
    const inside = source.every((i, axis) => i >= 0 && i < input.shape[axis]);
    return inside ? at(input, source) : padValue;
  });
}

export function transpose(input: ReferenceTensor, permutation: readonly number[]): Result {
  const axes = permutation.map((axis) => positiveAxis(axis, input.shape.length));
  return build(
    axes.map((axis) => input.shape[axis]),
    (index) => {
      const source: number[] = [];
      axes.forEach((axis, i) => {
        source[axis] = index[i];
      });
      return at(input, source);
    },
  );
}

export function concatenation(inputs: readonly ReferenceTensor[], axis: number): Result {
  const first = inputs[0].shape;
  const dimension = positiveAxis(axis, first.length);
  const total = inputs.reduce((sum, { shape }) => sum + shape[dimension], 0);
  return build(
    first.map((size, i) => (i === dimension ? total : size)),
    (index) => {
      let position = index[dimension];
      let which = 0;
      while (position >= inputs[which].shape[dimension]) position -= inputs[which++].shape[dimension];
      return at(
        inputs[which],
        index.map((i, d) => (d === dimension ? position : i)),
      );
    },
  );
}

/** SPLIT (equal sizes) and SPLIT_V. */
export function split(input: ReferenceTensor, axis: number, sizes: readonly number[]): Result[] {
  const dimension = positiveAxis(axis, input.shape.length);
  let start = 0;
  return sizes.map((size) => {
    const from = start;
    start += size;
    return build(
      input.shape.map((whole, d) => (d === dimension ? size : whole)),
      (index) =>
        at(
          input,
          index.map((i, d) => (d === dimension ? from + i : i)),
        ),
    );
  });
}

/** PACK: stacks along a new axis. */
export function pack(inputs: readonly ReferenceTensor[], axis: number): Result {
  const inner = inputs[0].shape;
  const dimension = positiveAxis(axis, inner.length + 1);
  return build(inner.toSpliced(dimension, 0, inputs.length), (index) =>
    at(inputs[index[dimension]], index.toSpliced(dimension, 1)),
  );
}

/** UNPACK: takes apart along an axis. */
export function unpack(input: ReferenceTensor, axis: number): Result[] {
  const dimension = positiveAxis(axis, input.shape.length);
  return Array.from({ length: input.shape[dimension] }, (_, which) =>
    build(input.shape.toSpliced(dimension, 1), (index) => at(input, index.toSpliced(dimension, 0, which))),
  );
}

/** SLICE: a size of −1 reaches to the end. */
export function slice(input: ReferenceTensor, begin: readonly number[], size: readonly number[]): Result {
  return build(
    size.map((length, axis) => (length === -1 ? input.shape[axis] - begin[axis] : length)),
    (index) =>
      at(
        input,
        index.map((i, axis) => begin[axis] + i),
      ),
  );
}

export interface StridedSlice {
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly strides: readonly number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly shrinkAxisMask: number;
}

/** STRIDED_SLICE: StridedSliceStartForAxis and StridedSliceEndForAxis (kernels/internal/strided_slice_logic.h). */
export function stridedSlice(input: ReferenceTensor, slice: StridedSlice): Result {
  const bit = (mask: number, axis: number): boolean => (mask & (1 << axis)) !== 0;
  const limit = (x: number, low: number, high: number): number => (high < x ? high : x < low ? low : x);
  const positions = input.shape.map((axisSize, axis) => {
    const stride = slice.strides[axis];
    let start = slice.begin[axis];
    if (start < 0) start += axisSize;
    start = stride > 0 ? limit(start, 0, axisSize) : limit(start, -1, axisSize - 1);
    if (bit(slice.beginMask, axis)) start = stride > 0 ? 0 : axisSize - 1;
    let end = slice.end[axis];
    if (end < 0) end += axisSize;
    end = stride > 0 ? limit(end, 0, axisSize) : limit(end, -1, axisSize - 1);
    if (bit(slice.endMask, axis)) end = stride > 0 ? axisSize : -1;
    if (bit(slice.shrinkAxisMask, axis)) end = start >= axisSize ? start : start + 1;
    const taken: number[] = [];
    for (let i = start; stride > 0 ? i < end : i > end; i += stride) taken.push(i);
    return taken;
  });
  const { values } = build(
    positions.map(({ length }) => length),
    (index) =>
      at(
        input,
        index.map((i, axis) => positions[axis][i]),
      ),
  );
  const shape = positions.map(({ length }) => length).filter((_, axis) => !bit(slice.shrinkAxisMask, axis));
  return { shape, values };
}

/** GetNearestNeighbor (reference/resize_nearest_neighbor.h): float32 arithmetic. */
function nearestNeighbor(
  position: number,
  inputSize: number,
  outputSize: number,
  alignCorners: boolean,
  halfPixelCenters: boolean,
): number {
  const scale =
    alignCorners && outputSize > 1
      ? float((inputSize - 1) / float(outputSize - 1))
      : float(inputSize / float(outputSize));
  const scaled = float(float(position + (halfPixelCenters ? 0.5 : 0)) * scale);
  const nearest = Math.min(alignCorners ? round(scaled) : Math.floor(scaled), inputSize - 1);
  return halfPixelCenters ? Math.max(0, nearest) : nearest;
}

export function resizeNearestNeighbor(
  attributes: { readonly alignCorners: boolean; readonly halfPixelCenters: boolean },
  input: ReferenceTensor,
  [outputHeight, outputWidth]: readonly number[],
): Result {
  const [batches, inputHeight, inputWidth, depth] = input.shape;
  const { alignCorners, halfPixelCenters } = attributes;
  return build([batches, outputHeight, outputWidth, depth], ([batch, y, x, channel]) =>
    at(input, [
      batch,
      nearestNeighbor(y, inputHeight, outputHeight, alignCorners, halfPixelCenters),
      nearestNeighbor(x, inputWidth, outputWidth, alignCorners, halfPixelCenters),
      channel,
    ]),
  );
}
