/** FULLY_CONNECTED: micro/kernels/fully_connected_common.cc, reference/integer_ops/fully_connected.h. */
import { convolutionMultiplier } from "./convolution.js";
import { int32, type QuantizedMultiplier, quantizeMultiplier } from "./fixed-point.js";
import {
  type Activation,
  build,
  calculateActivationRangeQuantized,
  float,
  type OutputQuantization,
  type ReferenceTensor,
  type Result,
  scaleAndClamp,
} from "./tensor.js";

/** One scale: GetQuantizedConvolutionMultipler, whose product of scales is float32. One a channel: all double. */
function multiplier(
  input: ReferenceTensor,
  filter: ReferenceTensor,
  output: OutputQuantization,
  channel: number,
): QuantizedMultiplier {
  if (filter.scales.length > 1) return convolutionMultiplier(input, filter, output, channel);
  return quantizeMultiplier(float(input.scales[0] * filter.scales[0]) / output.scale);
}

export function fullyConnected(
  attributes: { readonly activation: Activation; readonly keepDims: boolean },
  input: ReferenceTensor,
  filter: ReferenceTensor,
  bias: ReferenceTensor | undefined,
  output: OutputQuantization,
): Result {
  const [outputDepth, accumDepth] = filter.shape;
  const batches = input.values.length / accumDepth;
  const range = calculateActivationRangeQuantized(attributes.activation, output);
  const { values } = build([batches, outputDepth], ([b, outC]) => {
    let acc = 0n;
    for (let d = 0; d < accumDepth; d++) {
      const inputValue = BigInt(input.values[b * accumDepth + d]);
      const filterValue = BigInt(filter.values[outC * accumDepth + d]);
      acc = int32(acc + filterValue * (inputValue - BigInt(input.zeroPoint)));
    }
    if (bias) acc = int32(acc + BigInt(bias.values[outC]));
    return scaleAndClamp(acc, multiplier(input, filter, output, outC), output.zeroPoint, range);
  });
  const shape = attributes.keepDims ? [...input.shape.slice(0, -1), outputDepth] : [batches, outputDepth];
  return { shape, values };
}
