/** Small int8 networks with every kind of layer that gradients flow through. */
import type { Graph, Tensor } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { seeded } from "../../models/support/random.js";

const CLASSES = 3;

/** Of all activations but the scores. They stay below 255 times that, and rounding is small beside them: float models have none. */
export const FINE = 0.008;

interface Layer {
  readonly kind: Op["kind"];
  readonly name: string;
  /** Shape of the output. */
  readonly shape: readonly number[];
  readonly scale: number;
  readonly zeroPoint: number;
  readonly attributes: object;
  /** Shape of weights that are made at random, and the dimension of output channels. */
  readonly weights?: readonly [shape: readonly number[], axis: number];
  /** Layers that it reads; the one before it unless said. */
  readonly from?: readonly string[];
}

/** Layers one after the other, or reading what they say; those with weights have them at random, with a scale for each channel. */
function chain(input: readonly number[], layers: readonly Layer[]): Graph {
  const random = seeded(5);
  const tensors: Tensor[] = [
    {
      name: "input",
      shape: input,
      dtype: "int8",
      quantization: { scales: [1 / 64], zeroPoints: [-5], axis: 0 },
    },
  ];
  const ops: Op[] = [];
  let last = 0;
  for (const { kind, name, shape, scale, zeroPoint, attributes, weights, from } of layers) {
    const inputs = from?.map((it) => tensors.findIndex((tensor) => tensor.name === it)) ?? [last];
    if (weights) {
      const [weightShape, axis] = weights;
      const channels = weightShape[axis];
      const scales = Array.from({ length: channels }, () => 0.004 + 0.004 * random());
      const values = Int8Array.from({ length: weightShape.reduce((a, b) => a * b) }, () =>
        Math.round(200 * (random() - 0.5)),
      );
      const biases = Int32Array.from({ length: channels }, () => Math.round(2000 * (random() - 0.5)));
      const zeroPoints = scales.map(() => 0);
      const inputScale = tensors[inputs[0]].quantization!.scales[0];
      inputs.push(
        tensors.push({
          name: `${name}/weights`,
          shape: weightShape,
          dtype: "int8",
          quantization: { scales, zeroPoints, axis },
          data: new Uint8Array(values.buffer),
        }) - 1,
        tensors.push({
          name: `${name}/bias`,
          shape: [channels],
          dtype: "int32",
          quantization: { scales: scales.map((it) => it * inputScale), zeroPoints, axis: 0 },
          data: new Uint8Array(biases.buffer),
        }) - 1,
      );
    }
    const quantization = { scales: [scale], zeroPoints: [zeroPoint], axis: 0 };
    last = tensors.push({ name, shape, dtype: "int8", quantization }) - 1;
    ops.push({ kind, name, inputs, outputs: [last], attributes } as unknown as Op);
  }
  return { name: "small", tensors, ops, inputs: [0], outputs: [last], variables: [] };
}

const window = { padding: "SAME", strideHeight: 2, strideWidth: 2, dilationHeight: 1, dilationWidth: 1 };

const dense = (inputs: number): Layer => ({
  kind: "FULLY_CONNECTED",
  name: "dense",
  shape: [1, CLASSES],
  scale: 0.02,
  zeroPoint: 3,
  attributes: { activation: "NONE", keepDims: false },
  weights: [[CLASSES, inputs], 0],
});

const convolution = (name: string, shape: readonly number[], depth: number, activation: string): Layer => ({
  kind: "CONV_2D",
  name,
  shape,
  scale: FINE,
  zeroPoint: activation === "NONE" ? 0 : -128,
  attributes: { ...window, activation },
  weights: [[shape[3], 3, 3, depth], 0],
});

const unstrided = { ...window, strideHeight: 1, strideWidth: 1 };

const added = (
  name: string,
  shape: readonly number[],
  from: readonly string[],
  activation: string,
): Layer => ({
  kind: "ADD",
  name,
  shape,
  scale: FINE,
  zeroPoint: activation === "NONE" ? 0 : -128,
  attributes: { activation },
  from,
});

const flat = (length: number): Layer => ({
  kind: "RESHAPE",
  name: "flat",
  shape: [1, length],
  scale: FINE,
  zeroPoint: -128,
  attributes: { newShape: [1, length] },
});

const pool = (kind: "MAX_POOL_2D" | "AVERAGE_POOL_2D", shape: readonly number[]): Layer => ({
  kind,
  name: "pool",
  shape,
  scale: FINE,
  zeroPoint: -128,
  attributes: { ...window, filterHeight: 3, filterWidth: 3, activation: "NONE" },
});

/** A dense layer alone. */
export const DENSE = chain([1, 12], [dense(12)]);

/** Pools with windows that overlap and go beyond the border. */
export const pooled = (kind: "MAX_POOL_2D" | "AVERAGE_POOL_2D") =>
  chain(
    [1, 7, 7, 2],
    [convolution("first", [1, 4, 4, 4], 2, "RELU"), pool(kind, [1, 2, 2, 4]), flat(16), dense(16)],
  );

/** Two channels for each of the input, and a depthwise layer that reads what a trained one makes. */
export const DEPTHWISE = chain(
  [1, 7, 7, 2],
  [
    {
      ...convolution("first", [1, 4, 4, 4], 2, "RELU"),
      kind: "DEPTHWISE_CONV_2D",
      attributes: { ...window, activation: "RELU", depthMultiplier: 2 },
      weights: [[1, 3, 3, 4], 3],
    },
    {
      ...convolution("second", [1, 2, 2, 4], 4, "RELU"),
      kind: "DEPTHWISE_CONV_2D",
      attributes: { ...window, activation: "RELU", depthMultiplier: 1 },
      weights: [[1, 3, 3, 4], 3],
    },
    flat(16),
    dense(16),
  ],
);

/** Two convolutions, of which the second overlaps in its input, and a dense layer. */
export const CONVOLUTIONS = chain(
  [1, 7, 7, 2],
  [
    convolution("first", [1, 4, 4, 4], 2, "RELU"),
    convolution("second", [1, 2, 2, 5], 4, "RELU"),
    flat(20),
    dense(20),
  ],
);

/**
 * Three branches that are added: one with two convolutions, and two with a strided one. The last one makes its input smaller and so is computed
 * first, though the model has it last. Behind it a sum with what it is made of.
 */
export const RESIDUAL = chain(
  [1, 7, 7, 2],
  [
    convolution("first", [1, 4, 4, 4], 2, "RELU"),
    { ...convolution("second", [1, 4, 4, 4], 4, "RELU"), attributes: { ...unstrided, activation: "RELU" } },
    convolution("third", [1, 2, 2, 3], 4, "NONE"),
    { ...convolution("shortcut", [1, 2, 2, 3], 4, "NONE"), from: ["first"] },
    { ...convolution("bypass", [1, 2, 2, 3], 4, "NONE"), from: ["first"] },
    added("both", [1, 2, 2, 3], ["third", "shortcut"], "NONE"),
    added("sum", [1, 2, 2, 3], ["both", "bypass"], "RELU"),
    { ...convolution("fourth", [1, 2, 2, 3], 3, "NONE"), attributes: { ...unstrided, activation: "NONE" } },
    added("total", [1, 2, 2, 3], ["sum", "fourth"], "NONE"),
    flat(12),
    dense(12),
  ],
);

/** A tensor that is read in another shape, and then by a pool. */
export const RESHAPED = chain(
  [1, 7, 7, 2],
  [
    convolution("first", [1, 4, 4, 4], 2, "RELU"),
    flat(64),
    { ...dense(64), name: "one" },
    { ...pool("AVERAGE_POOL_2D", [1, 2, 2, 4]), from: ["first"] },
    { ...flat(16), name: "pooled" },
    { ...dense(16), name: "other" },
    { ...added("scores", [1, CLASSES], ["one", "other"], "NONE"), scale: 0.03 },
  ],
);
