/** The convolutional network of a tutorial, with weights made up. */
import { elements } from "../../codegen/graph/graph.js";
import { integers } from "../support/arbitraries.js";
import { encode } from "../support/graph-builder.js";
import { Builder, type FilterWeights, type Made, type PlanesModel, windowed } from "./planes-graphs.js";

/** Weights made up, with outputs that fill their range. */
export const weights = (seed: number, zeroPoint: number): FilterWeights => ({
  perChannel: true,
  scale: 0.01,
  spread: 2,
  gain: 1,
  zeroPoint,
  fill: { kind: "random", seed },
  isExtreme: false,
  bias: { fill: { kind: "random", seed: seed + 1 }, bits: 10 },
});

/** Conv2D(channels, 3, activation="relu"). */
function convolution(builder: Builder, input: Made, channels: number, seed: number): Made {
  const [, height, width, depth] = input.shape;
  const attributes = {
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    padding: "VALID",
    activation: "RELU",
  };
  const shape = [1, height - 2, width - 2, channels];
  const filters = [channels, 3, 3, depth];
  return builder.weighted("CONV_2D", attributes, input, filters, 0, shape, weights(seed, -128));
}

/** MaxPooling2D(2). */
function maxPool(builder: Builder, input: Made): Made {
  const [, height, width, channels] = input.shape;
  const window = { filterHeight: 2, filterWidth: 2, strideHeight: 2, strideWidth: 2, padding: "VALID" };
  const shape = [1, windowed(height, 2, 2, 1, "VALID"), windowed(width, 2, 2, 1, "VALID"), channels];
  return builder.op("MAX_POOL_2D", { ...window, activation: "NONE" }, [input.id], shape, input);
}

/** 28×28 pixels; Conv2D(8), MaxPooling2D, Conv2D(16), MaxPooling2D, Flatten and Dense(10). @param isWide in int16 */
export function smallCnn(isWide = false): PlanesModel {
  const builder = new Builder(isWide);
  const input = builder.make([1, 28, 28, 1], 1 / 255, -128);
  let x = maxPool(builder, convolution(builder, input, 8, 11));
  x = maxPool(builder, convolution(builder, x, 16, 21));
  const length = elements(x.shape);
  x = builder.op("RESHAPE", { newShape: [1, length] }, [x.id], [1, length], x);
  const attributes = { activation: "NONE", keepDims: false };
  const filters = [10, length];
  const output = builder.weighted("FULLY_CONNECTED", attributes, x, filters, 0, [1, 10], weights(31, 0));
  const { tensors, ops } = builder;
  const graph = { name: "cnn", tensors, ops, inputs: [input.id], outputs: [output.id], variables: [] };
  const values = (zero: number, min: number, max: number) =>
    integers({ kind: "random", seed: 1 }, elements(input.shape), zero, min, max);
  return {
    graph,
    input: isWide ? [...encode(values(0, -32768, 32767), "int16")] : values(-128, -128, 127),
  };
}
