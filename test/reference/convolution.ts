/** CONV_2D and DEPTHWISE_CONV_2D: kernels/padding.h, kernel_util.cc, reference/integer_ops/{conv,depthwise_conv}.h. */
import { type QuantizedMultiplier, quantizeMultiplier } from "./fixed-point.js";
import {
  type Activation,
  build,
  calculateActivationRangeQuantized,
  clamp,
  INT8_SUMS,
  type OutputQuantization,
  offset,
  type ReferenceTensor,
  type Result,
  type Sums,
} from "./tensor.js";

export interface WindowAttributes {
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padding: "SAME" | "VALID";
  readonly activation: Activation;
}

export interface ConvolutionAttributes extends WindowAttributes {
  readonly dilationHeight: number;
  readonly dilationWidth: number;
}

/** ComputeOutSize and ComputePadding of one dimension. */
export function computeOutSizeAndPadding(
  padding: "SAME" | "VALID",
  inSize: number,
  filterSize: number,
  stride: number,
  dilation: number,
): { outSize: number; pad: number } {
  const effectiveFilterSize = (filterSize - 1) * dilation + 1;
  const outSize =
    padding === "SAME"
      ? Math.trunc((inSize + stride - 1) / stride)
      : Math.trunc((inSize + stride - effectiveFilterSize) / stride);
  const totalPadding = Math.max(0, (outSize - 1) * stride + effectiveFilterSize - inSize);
  return { outSize, pad: Math.trunc(totalPadding / 2) };
}

/** PopulateConvolutionQuantizationParams: double arithmetic over float32 scales. */
export function convolutionMultiplier(
  input: ReferenceTensor,
  filter: ReferenceTensor,
  output: OutputQuantization,
  channel: number,
): QuantizedMultiplier {
  const filterScale = filter.scales.length > 1 ? filter.scales[channel] : filter.scales[0];
  return quantizeMultiplier((input.scales[0] * filterScale) / output.scale);
}

/** The filter's height and width, the output's depth, and what the input element at [batch, inY, inX] adds to a sum. */
interface Filter {
  readonly size: readonly [height: number, width: number];
  readonly outputDepth: number;
  tap(
    at: readonly [batch: number, inY: number, inX: number],
    filterY: number,
    filterX: number,
    outChannel: number,
  ): bigint;
}

/** The loops that both convolutions have in common. */
function convolution(
  attributes: ConvolutionAttributes,
  input: ReferenceTensor,
  filter: ReferenceTensor,
  bias: ReferenceTensor | undefined,
  output: OutputQuantization,
  sums: Sums,
  { size: [filterHeight, filterWidth], outputDepth, tap }: Filter,
): Result {
  const [batches, inputHeight, inputWidth] = input.shape;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padding } = attributes;
  const y = computeOutSizeAndPadding(padding, inputHeight, filterHeight, strideHeight, dilationHeight);
  const x = computeOutSizeAndPadding(padding, inputWidth, filterWidth, strideWidth, dilationWidth);
  const range = calculateActivationRangeQuantized(attributes.activation, output, sums.type);
  return build([batches, y.outSize, x.outSize, outputDepth], ([batch, outY, outX, outChannel]) => {
    let acc = 0n;
    for (let filterY = 0; filterY < filterHeight; filterY++)
      for (let filterX = 0; filterX < filterWidth; filterX++) {
        const inY = outY * strideHeight - y.pad + dilationHeight * filterY;
        const inX = outX * strideWidth - x.pad + dilationWidth * filterX;
        if (inX < 0 || inX >= inputWidth || inY < 0 || inY >= inputHeight) continue;
        acc = sums.wrap(acc + tap([batch, inY, inX], filterY, filterX, outChannel));
      }
    if (bias) acc = sums.wrap(acc + BigInt(bias.values[outChannel]));
    const multiplier = convolutionMultiplier(input, filter, output, outChannel);
    return clamp(Number(sums.scale(acc, multiplier)) + output.zeroPoint, range);
  });
}

/** Filter × (input − zero point) at two indexes. */
function product(
  input: ReferenceTensor,
  inputIndex: readonly number[],
  filter: ReferenceTensor,
  filterIndex: readonly number[],
): bigint {
  const inputValue = BigInt(input.values[offset(input.shape, inputIndex)]);
  const filterValue = BigInt(filter.values[offset(filter.shape, filterIndex)]);
  return filterValue * (inputValue - BigInt(input.zeroPoint));
}

export function conv2d(
  attributes: ConvolutionAttributes,
  input: ReferenceTensor,
  filter: ReferenceTensor,
  bias: ReferenceTensor | undefined,
  output: OutputQuantization,
  sums = INT8_SUMS,
): Result {
  const [outputDepth, height, width, inputDepth] = filter.shape;
  return convolution(attributes, input, filter, bias, output, sums, {
    size: [height, width],
    outputDepth,
    tap(at, filterY, filterX, outChannel) {
      let sum = 0n;
      for (let inChannel = 0; inChannel < inputDepth; inChannel++)
        sum += product(input, [...at, inChannel], filter, [outChannel, filterY, filterX, inChannel]);
      return sum;
    },
  });
}

export function depthwiseConv2d(
  attributes: ConvolutionAttributes & { readonly depthMultiplier: number },
  input: ReferenceTensor,
  filter: ReferenceTensor,
  bias: ReferenceTensor | undefined,
  output: OutputQuantization,
  sums = INT8_SUMS,
): Result {
  const [, height, width, outputDepth] = filter.shape;
  return convolution(attributes, input, filter, bias, output, sums, {
    size: [height, width],
    outputDepth,
    tap(at, filterY, filterX, outChannel) {
      const inChannel = Math.trunc(outChannel / attributes.depthMultiplier);
      return product(input, [...at, inChannel], filter, [0, filterY, filterX, outChannel]);
    },
  });
}
