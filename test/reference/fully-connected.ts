/** FULLY_CONNECTED: micro/kernels/fully_connected_common.cc, reference/integer_ops/fully_connected.h. */
import { convolutionMultiplier } from "./convolution.js";
import { type QuantizedMultiplier, quantizeMultiplier } from "./fixed-point.js";
import {
  type Activation,
  build,
  calculateActivationRangeQuantized,
  clamp,
  float,
  INT8_SUMS,
  type OutputQuantization,
  type ReferenceTensor,
  type Result,
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
  sums = INT8_SUMS,
): Result {
  const [outputDepth, accumDepth] = filter.shape;
  const batches = input.values.length / accumDepth;
  const range = calculateActivationRangeQuantized(attributes.activation, output, sums.type);
  const { values } = build([batches, outputDepth], ([b, outC]) => {
    let acc = 0n;
    for (let d = 0; d < accumDepth; d++) {
      const inputValue = BigInt(input.values[b * accumDepth + d]);
      const filterValue = BigInt(filter.values[outC * accumDepth + d]);
      acc = sums.wrap(acc + filterValue * (inputValue - BigInt(input.zeroPoint)));
    }
    if (bias) acc = sums.wrap(acc + BigInt(bias.values[outC]));
    const scaled = Number(sums.scale(acc, multiplier(input, filter, output, outC)));
    return clamp(scaled + output.zeroPoint, range);
  });
  const shape = attributes.keepDims ? [...input.shape.slice(0, -1), outputDepth] : [batches, outputDepth];
  return { shape, values };
}
