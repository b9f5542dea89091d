/** TRANSPOSE_CONV: micro/kernels/transpose_conv.cc, reference/integer_ops/transpose_conv.h. Every input scatters. */
import { computeOutSizeAndPadding, convolutionMultiplier, type WindowAttributes } from "./convolution.js";
import {
  build,
  calculateActivationRangeQuantized,
  clamp,
  INT8_SUMS,
  indices,
  type OutputQuantization,
  offset,
  type ReferenceTensor,
  type Result,
} from "./tensor.js";

export function transposeConv(
  attributes: WindowAttributes,
  outputShape: readonly number[],
  filter: ReferenceTensor,
  input: ReferenceTensor,
  bias: ReferenceTensor | undefined,
  output: OutputQuantization,
  sums = INT8_SUMS,
): Result {
  const [, outputHeight, outputWidth, outputDepth] = outputShape;
  const [, filterHeight, filterWidth] = filter.shape;
  const { padding, strideHeight, strideWidth } = attributes;
  const padHeight = computeOutSizeAndPadding(padding, outputHeight, filterHeight, strideHeight, 1).pad;
  const padWidth = computeOutSizeAndPadding(padding, outputWidth, filterWidth, strideWidth, 1).pad;
  const range = calculateActivationRangeQuantized(attributes.activation, output, sums.type);
  const scratch = new Map<number, bigint>();
  for (const index of indices(input.shape)) {
    const [batch, inY, inX, inChannel] = index;
    const inputValue = BigInt(input.values[offset(input.shape, index)] - input.zeroPoint);
    for (const [filterY, filterX, outChannel] of indices([filterHeight, filterWidth, outputDepth])) {
      const outY = inY * strideHeight - padHeight + filterY;
      const outX = inX * strideWidth - padWidth + filterX;
      if (outX < 0 || outX >= outputWidth || outY < 0 || outY >= outputHeight) continue;
      const filterValue = BigInt(
        filter.values[offset(filter.shape, [outChannel, filterY, filterX, inChannel])],
      );
      const at = offset(outputShape, [batch, outY, outX, outChannel]);
      scratch.set(at, sums.wrap((scratch.get(at) ?? 0n) + inputValue * filterValue));
    }
  }
  return build(outputShape, (index) => {
    const outChannel = index[3];
    const acc = (scratch.get(offset(outputShape, index)) ?? 0n) + BigInt(bias?.values[outChannel] ?? 0);
    const multiplier = convolutionMultiplier(input, filter, output, outChannel);
    return clamp(Number(sums.scale(sums.wrap(acc), multiplier)) + output.zeroPoint, range);
  });
}
