/** Networks and images small enough to train within a test. */
import type { TrainingData } from "../../../codegen/compress/train/batches.js";
import type { TrainingOptions } from "../../../codegen/compress/train/options.js";
import { train } from "../../../codegen/compress/train/train.js";
import { type Trained, Training } from "../../../codegen/compress/train/training.js";
import { elementsOf } from "../../../codegen/graph/elements.js";
import type { Graph } from "../../../codegen/graph/graph.js";
import { FloatGraph, SAME_RELU } from "../../support/float-graph.js";

export const CLASSES = 3;
const SIZE = 6;

/** 6 × 6 images, a convolution, a depthwise one, a residual block and a dense layer; probabilities of 3 classes. */
export function tiny(seed = 5, channels = 4): Graph {
  const build = new FloatGraph(seed);
  const random = (shape: readonly number[], size: number) =>
    build.constant(
      shape,
      build.random(shape.reduce((a, b) => a * b, 1)).map((value) => value * size),
    );
  const first = build.op(
    "CONV_2D",
    { ...SAME_RELU, strideHeight: 2, strideWidth: 2 },
    build.input([1, SIZE, SIZE, 1]),
    random([channels, 3, 3, 1], 0.7),
    random([channels], 0.1),
  );
  const second = build.op(
    "DEPTHWISE_CONV_2D",
    { ...SAME_RELU, depthMultiplier: 1 },
    first,
    random([1, 3, 3, channels], 0.7),
    random([channels], 0.1),
  );
  const third = build.op("CONV_2D", SAME_RELU, second, random([channels, 1, 1, channels], 0.9), null);
  const sum = build.op("ADD", { activation: "NONE" }, third, first);
  const flat = build.op("RESHAPE", { newShape: [1, 9 * channels] }, sum);
  const logits = build.op(
    "FULLY_CONNECTED",
    { activation: "NONE", keepDims: false },
    flat,
    random([CLASSES, 9 * channels], 0.4),
    random([CLASSES], 0.1),
  );
  return build.graph([build.op("SOFTMAX", { beta: 1 }, logits)]);
}

/** Images of a bright band, at the left, in the middle or at the right, in noise. */
export function images(count: number, seed = 1): Required<TrainingData> {
  const noise = new FloatGraph(seed);
  const labels = Array.from({ length: count }, (_, i) => i % CLASSES);
  const samples = labels.map((label) => [
    noise.random(SIZE * SIZE).map((value, i) => 0.4 * value + +(Math.floor((i % SIZE) / 2) === label)),
  ]);
  return { samples, labels };
}

/** The values of a constant. */
export function valuesOf({ tensors }: Graph, id: number): Float32Array {
  return elementsOf("float32", tensors[id].data!) as Float32Array;
}

/** The constants of a graph, for comparisons. */
export function constants(graph: Graph): (Uint8Array | undefined)[] {
  return graph.tensors.map(({ data }) => data);
}

/** Trains with someone who looks on after each step. */
export async function watched(
  graph: Graph,
  data: TrainingData,
  options: TrainingOptions,
  look: (training: Training) => void,
): Promise<Trained> {
  return train(graph, data, options, { onStep: async (training) => look(training) });
}

export { Training };
