/** Pools and MEAN: reference/integer_ops/pooling.h, reference/reduce.h (QuantizedMeanOrSum), micro/kernels/reduce_common.cc. */
import { computeOutSizeAndPadding, type WindowAttributes } from "./convolution.js";
import { int32, quantizeMultiplier } from "./fixed-point.js";
import {
  build,
  calculateActivationRangeQuantized,
  clamp,
  INT8,
  indices,
  type OutputQuantization,
  offset,
  positiveAxis,
  type Range,
  type ReferenceTensor,
  type Result,
  scaleAndClamp,
} from "./tensor.js";

interface PoolAttributes extends WindowAttributes {
  readonly filterHeight: number;
  readonly filterWidth: number;
}

/** Calls `op` on the inputs that each window covers. */
function pool(
  attributes: PoolAttributes,
  input: ReferenceTensor,
  output: OutputQuantization,
  type: Range,
  op: (values: readonly number[]) => number,
): Result {
  const [batches, inputHeight, inputWidth, depth] = input.shape;
  const { padding, strideHeight, strideWidth, filterHeight, filterWidth } = attributes;
  const y = computeOutSizeAndPadding(padding, inputHeight, filterHeight, strideHeight, 1);
  const x = computeOutSizeAndPadding(padding, inputWidth, filterWidth, strideWidth, 1);
  const range = calculateActivationRangeQuantized(attributes.activation, output, type);
  return build([batches, y.outSize, x.outSize, depth], ([batch, outY, outX, channel]) => {
    const values: number[] = [];
    for (let filterY = 0; filterY < filterHeight; filterY++)
      for (let filterX = 0; filterX < filterWidth; filterX++) {
        const inY = outY * strideHeight - y.pad + filterY;
        const inX = outX * strideWidth - x.pad + filterX;
        if (inY >= 0 && inY < inputHeight && inX >= 0 && inX < inputWidth)
          values.push(input.values[offset(input.shape, [batch, inY, inX, channel])]);
      }
    return clamp(op(values), range);
  });
}

export function averagePool2d(
  attributes: PoolAttributes,
  input: ReferenceTensor,
  output: OutputQuantization,
  type = INT8,
) {
  return pool(attributes, input, output, type, (values) => {
    const acc = values.reduce((sum, value) => sum + value, 0);
    const half = Math.trunc(values.length / 2);
    return Math.trunc((acc > 0 ? acc + half : acc - half) / values.length);
  });
}

export function maxPool2d(
  attributes: PoolAttributes,
  input: ReferenceTensor,
  output: OutputQuantization,
  type = INT8,
) {
  return pool(attributes, input, output, type, (values) => Math.max(...values));
}

/** One integer path for every set of axes: the multiplier takes in 1/n, cut off, then scales the int32 sum. */
export function mean(
  { keepDims }: { readonly keepDims: boolean },
  input: ReferenceTensor,
  axes: readonly number[],
  output: OutputQuantization,
  type = INT8,
): Result {
  const rank = input.shape.length;
  const resolved = new Set(axes.map((axis) => positiveAxis(axis, rank)));
  const kept = input.shape.map((size, axis) => (resolved.has(axis) ? 1 : size));
  const numElementsInAxis = input.shape.reduce((n, size, axis) => (resolved.has(axis) ? n * size : n), 1);

  let { multiplier, shift: outputShift } = quantizeMultiplier(input.scales[0] / output.scale);
  let shift = BigInt(Math.floor(Math.log2(numElementsInAxis))); // 63 − CountLeadingZeros
  if (shift > 32n) shift = 32n;
  if (shift > 31n + outputShift) shift = 31n + outputShift;
  multiplier = int32((multiplier << shift) / BigInt(numElementsInAxis));
  outputShift -= shift;

  const sums = new Map<number, bigint>();
  for (const index of indices(input.shape)) {
    const target = offset(
      kept,
      index.map((i, axis) => (resolved.has(axis) ? 0 : i)),
    );
    sums.set(target, (sums.get(target) ?? 0n) + BigInt(input.values[offset(input.shape, index)]));
  }
  const { values } = build(kept, (index) => {
    const sum = sums.get(offset(kept, index))!;
    const shiftedSum = int32(sum - BigInt(input.zeroPoint) * BigInt(numElementsInAxis));
    return scaleAndClamp(shiftedSum, { multiplier, shift: outputShift }, output.zeroPoint, type);
  });
  return { shape: keepDims ? kept : input.shape.filter((_, axis) => !resolved.has(axis)), values };
}
