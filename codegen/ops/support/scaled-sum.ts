/**
 * What CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED share: int8 input times int8 constant weights plus int32 bias,
 * requantized per output channel.
 */
import { type Activated, activationRange } from "../../arithmetic/activation.js";
import { quantizeMultiplier } from "../../arithmetic/multiplier.js";
import { elements, type Tensor } from "../../graph/graph.js";
import type { Node } from "../node.js";
import { bytes, words } from "../operator.js";

/** TFLite's tolerance between bias scale and input × weight scale, as a part of the output scale. */
const BIAS_TOLERANCE = 0.02;

/** How an operator's weights are laid out and scaled. */
export interface Weights {
  /** The dimension that has one entry an output channel. */
  readonly channelAxis: number;
  /** Where there is one weight scale, it is multiplied by the input's in float32, not in double. */
  readonly float32Product?: true;
}

/**
 * Refuses inputs 0 (activations), 1 (weights), 2 (optional bias) and output 0 of other types or quantization than
 * TFLM's int8 kernels take, and sums that could leave int32.
 */
export function checkScaledSum(node: Node, layout: Weights): void {
  const { channelAxis } = layout;
  const input = node.input(0);
  const weights = node.input(1);
  const bias = node.optional(2);
  const output = node.output();
  node.requireType(input, "the input", ["int8"]);
  node.requireType(weights, "the weights", ["int8"]);
  node.requireType(output, "the output", ["int8"]);
  node.constant(1, "the weights");
  node.perTensor(input, "the input");
  node.perTensor(output, "the output");
  const { scales, zeroPoints, axis } = node.quantization(weights, "the weights");
  const zeroPoint = zeroPoints.find((z) => z !== 0);
  if (zeroPoint !== undefined) node.refuse("weight-zero-point", { zeroPoint });
  if (scales.length > 1 && axis !== channelAxis)
    node.refuse("attribute", {
      attribute: "the weights' quantized dimension",
      value: `${axis}`,
      supported: `${channelAxis}`,
    });
  if (bias) checkBias(node, bias, weights.shape[channelAxis]);
  checkAccumulator(node, layout);
}

function checkBias(node: Node, bias: Tensor, channels: number): void {
  node.requireType(bias, "the bias", ["int32"]);
  node.constant(2, "the bias");
  if (elements(bias.shape) !== channels)
    node.refuse("shape", {
      why: `the bias has ${elements(bias.shape)} values for ${channels} output channels`,
    });
  if (!bias.quantization) return; // TFLite's per-channel kernels do not look at it, and some converters leave it out
  const input = node.perTensor(node.input(0), "the input");
  const output = node.perTensor(node.output(), "the output");
  const weights = node.quantization(node.input(1), "the weights");
  for (const [channel, found] of bias.quantization.scales.entries()) {
    const expected = input.scale * (weights.scales[channel] ?? weights.scales[0]);
    if (Math.abs(found - expected) / output.scale > BIAS_TOLERANCE)
      node.refuse("bias-scale", { found, expected });
  }
}

/** Σ |w| · max |q − zeroPoint| + |bias| bounds every partial sum; a factor above 1 shifts it left before it is scaled. */
function checkAccumulator(node: Node, layout: Weights): void {
  const { zeroPoint } = node.perTensor(node.input(0), "the input");
  const reach = Math.max(127 - zeroPoint, zeroPoint + 128);
  const sums = absoluteSums(node.input(1), node.constant(1, "the weights"), layout.channelAxis);
  const bias = biasValues(node, sums.length);
  for (const [channel, { shift }] of requantization(node, layout).entries()) {
    const bound = (sums[channel] * reach + Math.abs(bias[channel])) * 2 ** Math.max(0, shift);
    if (bound >= 2 ** 31) node.refuse("accumulator-overflow", { bound: `±${bound}` });
  }
}

function absoluteSums(weights: Tensor, data: Uint8Array, channelAxis: number): number[] {
  const channels = weights.shape[channelAxis];
  const inner = elements(weights.shape.slice(channelAxis + 1));
  const sums = new Array<number>(channels).fill(0);
  for (let i = 0; i < data.length; i++)
    sums[Math.floor(i / inner) % channels] += Math.abs((data[i] << 24) >> 24);
  return sums;
}

/** The bias of each output channel; zeros where there is none. */
export function biasValues(node: Node, channels: number): number[] {
  return node.optional(2) ? node.integers(2, "the bias") : new Array<number>(channels).fill(0);
}

/**
 * Multiplier and shift of each output channel. Per channel, and always in convolutions, the factor is computed in
 * double (PopulateConvolutionQuantizationParams); a dense layer with one weight scale has the product of the scales in
 * float32 (GetQuantizedConvolutionMultipler): another last bit.
 */
export function requantization(node: Node, { channelAxis, float32Product }: Weights) {
  const input = node.perTensor(node.input(0), "the input");
  const output = node.perTensor(node.output(), "the output");
  const { scales } = node.quantization(node.input(1), "the weights");
  const float32 = float32Product && scales.length === 1;
  return Array.from({ length: node.input(1).shape[channelAxis] }, (_, channel) => {
    const product = input.scale * (scales[channel] ?? scales[0]);
    const factor = (float32 ? Math.fround(product) : product) / output.scale;
    if (!Number.isFinite(factor)) node.refuse("multiplier-range", { value: factor });
    return quantizeMultiplier(factor);
  });
}

/** The constants of such an operator, named as its kernels name them. */
export function scaledSumConstants(node: Node<Activated>, layout: Weights) {
  const name = node.op.name;
  const channels = node.input(1).shape[layout.channelAxis];
  const output = node.perTensor(node.output(), "the output");
  const requantizations = requantization(node, layout);
  return {
    inputOffset: -node.perTensor(node.input(0), "the input").zeroPoint,
    weights: bytes(`${name}: weights`, node.constant(1, "the weights")),
    bias: words(`${name}: bias`, biasValues(node, channels)),
    multipliers: words(
      `${name}: multipliers`,
      requantizations.map(({ multiplier }) => multiplier),
    ),
    shifts: bytes(
      `${name}: shifts`,
      Uint8Array.from(requantizations, ({ shift }) => shift),
    ),
    outputZeroPoint: output.zeroPoint,
    ...activationRange(node.attributes.activation, output),
  };
}
