/**
 * What CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV and FULLY_CONNECTED share: an int8 or int16 input times constant weights plus
 * bias, requantized per output channel. int8 inputs make sums in int32, int16 ones in 64 bits unless the bias is int32. Weights are
 * int8; with int16 activations they may be int16, which TFLM does not have: sums and scaling are then those of its 64 bits.
 */
import { type Activated, activationRange } from "../../arithmetic/activation.js";
import { q15 } from "../../arithmetic/int16.js";
import { quantizeMultiplier } from "../../arithmetic/multiplier.js";
import { elementsOf } from "../../graph/elements.js";
import { type DType, elements, type Tensor } from "../../graph/graph.js";
import type { Node } from "../node.js";
import { bytes, halves, words } from "../operator.js";
import { activationLimits, checkActivations, isWide } from "./activations.js";

/** TFLite's tolerance between bias scale and input × weight scale, as a part of the output scale. */
const BIAS_TOLERANCE = 0.02;

/** How an operator's weights are laid out and scaled. */
export interface Weights {
  /** The dimension that has one entry an output channel. */
  readonly channelAxis: number;
  /** Types of the bias where activations are int16; with int8 it is int32. */
  readonly wideBiases: readonly DType[];
  /** Positions of the activations and of the optional bias among the inputs; 0 and 2 where not given. */
  readonly input?: number;
  readonly bias?: number;
  /** Where there is one weight scale, it is multiplied by the input's in float32, not in double. */
  readonly float32Product?: true;
}

/** The types of sums of operators with attributes that say so. */
interface Sums {
  readonly sumType?: "int32";
}

/**
 * Refuses activations, weights, bias and output of other types or quantization than TFLM's kernels take, and sums that could
 * leave int32, or where they have 64 bits what is exact.
 */
export function checkScaledSum(node: Node, layout: Weights): void {
  const weights = node.input(1);
  const bias = node.optional(layout.bias ?? 2);
  checkActivations(node, { "the input": activations(node, layout) });
  node.requireType(weights, "the weights", isWide(node) ? ["int8", "int16"] : ["int8"]);
  node.constant(1, "the weights");
  node.perTensor(activations(node, layout), "the input");
  node.perTensor(node.output(), "the output");
  checkWeightScales(node, layout);
  if (bias) checkBias(node, bias, layout);
  checkAccumulator(node, layout);
}

/** Refuses weights with a zero point, and scales along another dimension than that of output channels. */
export function checkWeightScales(node: Node, { channelAxis }: Weights): void {
  const { scales, zeroPoints, axis } = node.quantization(node.input(1), "the weights");
  const zeroPoint = zeroPoints.find((z) => z !== 0);
  if (zeroPoint !== undefined) node.refuse("weight-zero-point", { zeroPoint });
  if (scales.length > 1 && axis !== channelAxis)
    node.refuse("attribute", {
      attribute: "the weights' quantized dimension",
      value: `${axis}`,
      supported: `${channelAxis}`,
    });
}

function activations(node: Node, { input = 0 }: Weights): Tensor {
  return node.input(input);
}

function checkBias(node: Node, bias: Tensor, layout: Weights): void {
  const channels = node.input(1).shape[layout.channelAxis];
  const wideBiases = hasWideWeights(node) ? (["int64"] as const) : layout.wideBiases;
  node.requireType(bias, "the bias", isWide(node) ? wideBiases : ["int32"]);
  node.constant(layout.bias ?? 2, "the bias");
  if (elements(bias.shape) !== channels)
    node.refuse("shape", {
      why: `the bias has ${elements(bias.shape)} values for ${channels} output channels`,
    });
  if (!bias.quantization) return; // TFLite's per-channel kernels do not look at it, and some converters leave it out
  const input = node.perTensor(activations(node, layout), "the input");
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
  const { zeroPoint } = node.perTensor(activations(node, layout), "the input");
  const { min, max } = activationLimits(node);
  const reach = Math.max(max - zeroPoint, zeroPoint - min);
  const sums = absoluteSums(node.input(1), node.constant(1, "the weights"), layout.channelAxis);
  const bias = biasValues(node, sums.length, layout.bias);
  for (const [channel, { multiplier, shift }] of requantization(node, layout).entries()) {
    const bound = sums[channel] * reach + Math.abs(bias[channel]);
    if (hasLongSums(node, layout)) checkLongSum(node, bound, bias[channel], multiplier, shift);
    else {
      const shifted = bound * 2 ** Math.max(0, shift);
      if (shifted >= 2 ** 31) node.refuse("accumulator-overflow", { bound: `±${shifted}` });
    }
  }
}

/** What a double and a packed bias hold; the rest is what TFLM's kernel takes. */
function checkLongSum(node: Node, bound: number, bias: number, multiplier: number, shift: number): void {
  const factor = multiplier * 2 ** (shift - 31);
  if (shift > 7) node.refuse("multiplier-range", { value: factor });
  if (bound >= 2 ** 53) node.refuse("accumulator-overflow", { bound: `±${bound}`, holder: "a double" });
  if (Math.abs(bias) >= 2 ** 47 - 2 ** 31)
    node.refuse("accumulator-overflow", { bound: `±${Math.abs(bias)}`, holder: "the 48 bits of a bias" });
  if ((bound * q15(multiplier)) / 2 ** (15 - shift) >= 2 ** 31 - 1)
    node.refuse("accumulator-overflow", { bound: `±${Math.ceil(bound * factor)}` });
}

/** Whether TFLM's kernel sums in 64 bits. */
export function hasLongSums(node: Node, layout: Pick<Weights, "bias"> = {}): boolean {
  if (!isWide(node)) return false;
  if (hasWideWeights(node)) return true;
  const bias = node.optional(layout.bias ?? 2);
  return bias ? bias.dtype !== "int32" : (node.attributes as Sums).sumType !== "int32";
}

/** Whether weights are int16. */
export function hasWideWeights(node: Node): boolean {
  return node.input(1).dtype === "int16";
}

function absoluteSums({ dtype, shape }: Tensor, data: Uint8Array, channelAxis: number): number[] {
  return channelSums(shape, Array.from(elementsOf(dtype, data), Number), channelAxis);
}

/** Σ |w| of each output channel. */
export function channelSums(
  shape: readonly number[],
  values: readonly number[],
  channelAxis: number,
): number[] {
  const channels = shape[channelAxis];
  const inner = elements(shape.slice(channelAxis + 1));
  const sums = new Array<number>(channels).fill(0);
  for (let i = 0; i < values.length; i++) sums[Math.floor(i / inner) % channels] += Math.abs(values[i]);
  return sums;
}

/** The bias of each output channel; zeros where there is none. */
export function biasValues(node: Node, channels: number, position = 2): number[] {
  return node.optional(position) ? node.integers(position, "the bias") : new Array<number>(channels).fill(0);
}

/**
 * Multiplier and shift of each output channel. Per channel, and always in convolutions, the factor is computed in
 * double (PopulateConvolutionQuantizationParams); a dense layer with one weight scale has the product of the scales in
 * float32 (GetQuantizedConvolutionMultipler): another last bit.
 */
export function requantization(
  node: Node,
  {
    channelAxis,
    float32Product,
    input: position = 0,
  }: Pick<Weights, "channelAxis" | "float32Product" | "input">,
) {
  const input = node.perTensor(node.input(position), "the input");
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
  const biases = biasValues(node, channels, layout.bias);
  const isLong = hasLongSums(node, layout);
  return {
    inputOffset: 0 - node.perTensor(activations(node, layout), "the input").zeroPoint,
    weights: (hasWideWeights(node) ? halves : bytes)(`${name}: weights`, node.constant(1, "the weights")),
    bias: words(`${name}: bias`, biases),
    multipliers: words(
      `${name}: multipliers`,
      requantizations.map(({ multiplier }, channel) =>
        isLong ? packed(q15(multiplier), biases[channel]) : multiplier,
      ),
    ),
    shifts: bytes(
      `${name}: shifts`,
      Uint8Array.from(requantizations, ({ shift }) => shift),
    ),
    outputZeroPoint: output.zeroPoint,
    ...activationRange(node.attributes.activation, output, activationLimits(node)),
  };
}

/** The same for kernels of int16 activations. */
export function wideSumConstants(node: Node<Activated>, layout: Weights) {
  return { ...scaledSumConstants(node, layout), isLong: hasLongSums(node, layout) };
}

/** A multiplier of 15 bits, and above it what a bias has beyond the int32 that its lower half is: see requantizeLong. */
function packed(multiplier: number, bias: number): number {
  return ((bias - (bias | 0)) / 2 ** 32) * 2 ** 16 + multiplier;
}
