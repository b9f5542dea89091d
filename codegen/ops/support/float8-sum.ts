/**
 * CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED with weights that are 8-bit floats: activations of the same format, or int8. What
 * each bit of it means is in docs/formats.md.
 */

import { divideByPowerOfTwo, greatestFloat8, valuesOf } from "../../../runtime/float8.js";
import { type Float8Conv2dLayer, float8Conv2d } from "../../../runtime/float8-conv2d.js";
import { type Activation, activationRange, BOUNDS } from "../../arithmetic/activation.js";
import { FLOAT8, FLOAT8_TYPES } from "../../arithmetic/float8.js";
import { INT8 } from "../../arithmetic/integer-ranges.js";
import { elementsOf } from "../../graph/elements.js";
import { elements, type Tensor } from "../../graph/graph.js";
import type { Node } from "../node.js";
import { bytes, type KernelLowering, kernel, type ParametersOf, tensor, words } from "../operator.js";
import { channelSums, checkWeightScales, requantization, type Weights } from "./scaled-sum.js";
import { cut } from "./tiles.js";

/** Whether an operator has such weights. */
export function hasFloat8Weights(node: Node): boolean {
  return node.input(1).dtype in FLOAT8;
}

/** Bits of mantissa and of fraction; those of int8 are 0. */
function formatOf({ dtype }: Tensor) {
  return FLOAT8[dtype] ?? { mantissaBits: 0, unitBits: 0 };
}

/** Beyond these, sums of products below and above 2^32 need not be exact in a double. */
const MOST_PRODUCTS = 2 ** 20;
const GREATEST_SUM = 2 ** 74;

/** Refuses types, quantization and biases that there is no kernel for, and sums that are not exact. */
export function checkFloat8Sum(node: Node, layout: Weights): void {
  const [input, weights, bias] = [node.input(0), node.input(1), node.optional(2)];
  node.requireType(weights, "the weights", FLOAT8_TYPES);
  node.requireType(input, "the input", ["int8", weights.dtype]);
  node.requireType(node.output(), "the output", [input.dtype]);
  node.constant(1, "the weights");
  node.perTensor(input, "the input");
  node.perTensor(node.output(), "the output");
  checkWeightScales(node, layout);
  const channels = weights.shape[layout.channelAxis];
  if (bias) {
    node.requireType(bias, "the bias", ["float32"]);
    node.constant(2, "the bias");
    if (elements(bias.shape) !== channels)
      node.refuse("shape", {
        why: `the bias has ${elements(bias.shape)} values for ${channels} output channels`,
      });
  }
  const products = elements(weights.shape) / channels;
  if (products > MOST_PRODUCTS)
    node.refuse("accumulator-overflow", { bound: `${products} products`, holder: "a double" });
  const sums = channelSums(weights.shape, weightValues(node), layout.channelAxis);
  for (const [channel, bias] of biases(node, layout).entries()) {
    const bound = sums[channel] * reach(node) + Math.abs(bias) * 2 ** biasShift(node);
    if (!(Math.abs(bias) < 2 ** 62 && bound < GREATEST_SUM))
      node.refuse("accumulator-overflow", { bound: `±${bound}`, holder: "two doubles" });
  }
  shifts(node, layout);
}

/** The weights in units of their format. */
function weightValues(node: Node): number[] {
  const values = valuesOf(formatOf(node.input(1)).mantissaBits);
  return Array.from(node.constant(1, "the weights"), (code) => values[code]);
}

/** How far from its zero point an input lies at most, in units of its format. */
function reach(node: Node): number {
  const { mantissaBits } = formatOf(node.input(0));
  if (mantissaBits !== 0) return greatestFloat8(mantissaBits);
  const { zeroPoint } = node.perTensor(node.input(0), "the input");
  return Math.max(INT8.max - zeroPoint, zeroPoint - INT8.min);
}

/** What the products of an input and a weight are in units of: 2^−this. */
function productBits(node: Node): number {
  return formatOf(node.input(0)).unitBits + formatOf(node.input(1)).unitBits;
}

/** What a bias is in units of, 2^this of the sum's: products of two E5M2 reach beyond what one in the sum's units could hold. */
function biasShift(node: Node): number {
  return node.input(0).dtype === "float8e5m2" ? 16 : 0;
}

/** The bias of each output channel, a whole number of its units; zeros where there is none. */
function biases(node: Node, { channelAxis }: Weights): number[] {
  const channels = node.input(1).shape[channelAxis];
  if (!node.optional(2)) return new Array<number>(channels).fill(0);
  const { scale } = node.perTensor(node.input(0), "the input");
  const { scales } = node.quantization(node.input(1), "the weights");
  const values = elementsOf("float32", node.constant(2, "the bias")) as Float32Array;
  return Array.from(values, (value, channel) => {
    const real = Math.abs(value) / (scale * (scales[channel] ?? scales[0]));
    const magnitude = real * 2 ** (productBits(node) - biasShift(node));
    const whole = Math.floor(magnitude);
    return Math.sign(value) * (magnitude - whole >= 0.5 ? whole + 1 : whole);
  });
}

/** From a sum times its multiplier to the output, by output channel. */
function shifts(node: Node, layout: Weights): number[] {
  const bits = 31 + productBits(node) - formatOf(node.output()).unitBits;
  return requantization(node, { channelAxis: layout.channelAxis }).map(({ multiplier, shift }) => {
    if (bits - shift < 0) node.refuse("multiplier-range", { value: multiplier * 2 ** (shift - 31) });
    return bits - shift;
  });
}

/** Bounds of what is rounded: in units of the output, before its zero point is added. */
function bounds(node: Node<{ readonly activation: Activation }>) {
  const { activation } = node.attributes;
  const output = node.perTensor(node.output(), "the output");
  const { mantissaBits, unitBits } = formatOf(node.output());
  if (mantissaBits === 0) {
    const { min, max } = activationRange(activation, output);
    return { min: min - output.zeroPoint, max: max - output.zeroPoint };
  }
  const greatest = greatestFloat8(mantissaBits);
  const [low, high] = BOUNDS[activation].map((bound) => (bound / output.scale) * 2 ** unitBits);
  return { min: Math.max(-greatest, low), max: Math.min(greatest, high) };
}

/** What a convolution says beside what follows from its tensors. */
type Geometry = Omit<
  ParametersOf<Float8Conv2dLayer>,
  | "input"
  | "output"
  | "positionsPerTile"
  | "inputFormat"
  | "weightsFormat"
  | "outputFormat"
  | "inputOffset"
  | "weights"
  | "biasLow"
  | "biasHigh"
  | "biasUnit"
  | "multipliers"
  | "shifts"
  | "outputZeroPoint"
  | "min"
  | "max"
> & { readonly positions: number };

/** @param macs of the whole layer */
export function lowerFloat8Sum(
  node: Node<{ readonly activation: Activation }>,
  layout: Weights,
  macs: number,
  geometry: Geometry,
): KernelLowering {
  const { name } = node.op;
  const { perTile, tiles, work } = cut(geometry.positions, macs / geometry.positions);
  const values = biases(node, layout);
  const multipliers = requantization(node, { channelAxis: layout.channelAxis });
  return kernel<Float8Conv2dLayer>(
    { module: "float8-conv2d", kernel: float8Conv2d, layerType: "Float8Conv2dLayer", tiles, work },
    {
      input: tensor(node.inputId(0)),
      output: tensor(node.outputId()),
      ...geometry,
      positionsPerTile: perTile,
      inputFormat: formatOf(node.input(0)).mantissaBits,
      weightsFormat: formatOf(node.input(1)).mantissaBits,
      outputFormat: formatOf(node.output()).mantissaBits,
      inputOffset: 0 - node.perTensor(node.input(0), "the input").zeroPoint,
      weights: bytes(`${name}: weights`, node.constant(1, "the weights")),
      biasLow: words(
        `${name}: bias`,
        values.map((value) => value | 0),
      ),
      biasHigh: words(
        `${name}: upper half of the bias`,
        values.map((value) => divideByPowerOfTwo(value - (value | 0), 32)),
      ),
      biasUnit: 2 ** biasShift(node),
      multipliers: words(
        `${name}: multipliers`,
        multipliers.map(({ multiplier }) => multiplier),
      ),
      shifts: bytes(`${name}: shifts`, Uint8Array.from(shifts(node, layout))),
      outputZeroPoint: node.perTensor(node.output(), "the output").zeroPoint,
      ...bounds(node),
    },
  );
}
