/** Images of a bar that lies or stands, a network with more than it needs to tell them apart, and how it learns to. */

import type { TrainingData } from "../../../codegen/compress/train/batches.js";
import { train } from "../../../codegen/compress/train/train.js";
import type { Graph } from "../../../codegen/graph/graph.js";
import { FloatGraph, SAME_RELU } from "../../support/float-graph.js";

const SIDE = 8;

/** A row or a column that is bright among noise: labels 0 and 1. */
export function bars(count: number, seed: number): TrainingData & { readonly labels: readonly number[] } {
  const noise = new FloatGraph(seed);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const samples = labels.map((label, i) => {
    const image = noise.random(SIDE * SIDE).map((value) => 0.15 * (value + 1));
    const at = (i * 5 + seed) % SIDE;
    for (let k = 0; k < SIDE; k++) image[label === 0 ? at * SIDE + k : k * SIDE + at] += 0.7;
    return [image];
  });
  return { samples, labels };
}

/** Two convolutions, a residual block, a mean and a dense layer with a softmax. */
export async function barsNetwork(): Promise<Graph> {
  const build = new FloatGraph(3);
  const conv = (input: number, filters: number, size: number, activation: "RELU" | "NONE" = "RELU") => {
    const depth = build.shape(input)[3];
    const weights = build
      .random(filters * size * size * depth)
      .map((value) => value / Math.sqrt(size * size * depth));
    return build.op(
      "CONV_2D",
      { ...SAME_RELU, activation },
      input,
      build.constant([filters, size, size, depth], weights),
      build.constant([filters], new Float32Array(filters)),
    );
  };
  const first = conv(conv(build.input([1, SIDE, SIDE, 1]), 8, 3), 16, 3);
  const sum = build.op("ADD", { activation: "RELU" }, first, conv(first, 16, 1, "NONE"));
  const mean = build.op("MEAN", { keepDims: false }, sum, build.indexes([1, 2]));
  const dense = build.op(
    "FULLY_CONNECTED",
    { activation: "NONE", keepDims: false },
    mean,
    build.constant([2, 16]),
    build.constant([2], [0, 0]),
  );
  const graph = build.graph([build.op("SOFTMAX", { beta: 1 }, dense)]);
  const { graph: trained } = await train(graph, bars(96, 1), { epochs: 12, batch: 16, learningRate: 0.01 });
  return trained;
}
