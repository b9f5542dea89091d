/** CONV_2D and DEPTHWISE_CONV_2D: kernels/padding.h, kernel_util.cc, reference/integer_ops/{conv,depthwise_conv}.h. */
import { int32, type QuantizedMultiplier, quantizeMultiplier } from "./fixed-point.js";
import {
  type Activation,
  build,
  calculateActivationRangeQuantized,
  type OutputQuantization,
  offset,
  type ReferenceTensor,
  type Result,
  scaleAndClamp,
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

export function conv2d(
  attributes: ConvolutionAttributes,
  input: ReferenceTensor,
  filter: ReferenceTensor,
  bias: ReferenceTensor | undefined,
  output: OutputQuantization,
): Result {
  const [batches, inputHeight, inputWidth, inputDepth] = input.shape;
  const [outputDepth, filterHeight, filterWidth] = filter.shape;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padding } = attributes;
  const y = computeOutSizeAndPadding(padding, inputHeight, filterHeight, strideHeight, dilationHeight);
  const x = computeOutSizeAndPadding(padding, inputWidth, filterWidth, strideWidth, dilationWidth);
  const range = calculateActivationRangeQuantized(attributes.activation, output);
  return build([batches, y.outSize, x.outSize, outputDepth], ([batch, outY, outX, outChannel]) => {
    let acc = 0n;
    for (let filterY = 0; filterY < filterHeight; filterY++)
      for (let filterX = 0; filterX < filterWidth; filterX++)
        for (let inChannel = 0; inChannel < inputDepth; inChannel++) {
          const inY = outY * strideHeight - y.pad + dilationHeight * filterY;
          const inX = outX * strideWidth - x.pad + dilationWidth * filterX;
          if (inX < 0 || inX >= inputWidth || inY < 0 || inY >= inputHeight) continue;
          const inputValue = BigInt(input.values[offset(input.shape, [batch, inY, inX, inChannel])]);
          const filterValue = BigInt(
            filter.values[offset(filter.shape, [outChannel, filterY, filterX, inChannel])],
          );
          acc = int32(acc + filterValue * (inputValue - BigInt(input.zeroPoint)));
        }
    if (bias) acc = int32(acc + BigInt(bias.values[outChannel]));
    return scaleAndClamp(
      acc,
      convolutionMultiplier(input, filter, output, outChannel),
      output.zeroPoint,
      range,
    );
  });
}

export function depthwiseConv2d(
  attributes: ConvolutionAttributes & { readonly depthMultiplier: number },
  input: ReferenceTensor,
  filter: ReferenceTensor,
  bias: ReferenceTensor | undefined,
  output: OutputQuantization,
): Result {
  const [batches, inputHeight, inputWidth] = input.shape;
  const [, filterHeight, filterWidth, outputDepth] = filter.shape;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padding, depthMultiplier } = attributes;
  const y = computeOutSizeAndPadding(padding, inputHeight, filterHeight, strideHeight, dilationHeight);
  const x = computeOutSizeAndPadding(padding, inputWidth, filterWidth, strideWidth, dilationWidth);
  const range = calculateActivationRangeQuantized(attributes.activation, output);
  return build([batches, y.outSize, x.outSize, outputDepth], ([batch, outY, outX, outputChannel]) => {
    const inChannel = Math.trunc(outputChannel / depthMultiplier);
    let acc = 0n;
    for (let filterY = 0; filterY < filterHeight; filterY++)
      for (let filterX = 0; filterX < filterWidth; filterX++) {
        const inY = outY * strideHeight - y.pad + dilationHeight * filterY;
        const inX = outX * strideWidth - x.pad + dilationWidth * filterX;
        if (inX < 0 || inX >= inputWidth || inY < 0 || inY >= inputHeight) continue;
        const inputValue = BigInt(input.values[offset(input.shape, [batch, inY, inX, inChannel])]);
        const filterValue = BigInt(filter.values[offset(filter.shape, [0, filterY, filterX, outputChannel])]);
        acc = int32(acc + filterValue * (inputValue - BigInt(input.zeroPoint)));
      }
    if (bias) acc = int32(acc + BigInt(bias.values[outputChannel]));
    return scaleAndClamp(
      acc,
      convolutionMultiplier(input, filter, output, outputChannel),
      output.zeroPoint,
      range,
    );
  });
}
