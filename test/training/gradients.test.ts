/** Each kind of layer: what integers say of its gradient against differences of the loss in floats. */
import { expect, it } from "vitest";
import { FloatModel } from "../../codegen/float/execute.js";
import { elementsOf } from "../../codegen/graph/elements.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { instantiateTrainable } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { seeded } from "../../models/support/random.js";
import { dequantized } from "../support/dequantized.js";
import { CONVOLUTIONS, DEPTHWISE, FINE, pooled, RESHAPED } from "./small-nets.js";

const LEARNING_RATE = 0.01;
/** Steps of the weights, as a part of their scale, by which the loss is looked at on both sides. */
const STEP = 0.05;

/** −ln of the softmax at a label. */
function loss(graph: Graph, input: Float32Array, label: number): number {
  const scores = new FloatModel(graph).run([input]).get(graph.outputs[0])!;
  const most = Math.max(...scores);
  return Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0)) + most - scores[label];
}

/** The gradient of some constant, in real numbers. */
function differences(graph: Graph, name: string, input: Float32Array, label: number): number[] {
  const id = graph.tensors.findIndex((tensor) => tensor.name === name);
  const { scales } = graph.tensors[id].quantization!;
  const step = STEP * Math.min(...scales);
  const float = dequantized(graph);
  const values = elementsOf("float32", float.tensors[id].data!) as Float32Array;
  const at = (index: number, by: number) => {
    const moved = values.slice();
    moved[index] += by;
    const tensors = float.tensors.with(id, { ...float.tensors[id], data: new Uint8Array(moved.buffer) });
    return loss({ ...float, tensors }, input, label);
  };
  return Array.from(values, (_, index) => (at(index, step) - at(index, -step)) / (2 * step));
}

/** The same as integers have it: by how much a batch of one moves masters, over the learning rate. */
function learned(graph: Graph, layer: string, input: Float32Array, label: number) {
  const options = { layers: [{ name: layer }], learningRate: LEARNING_RATE, momentum: 0, batch: 1 };
  const planned = plan(graph, { train: options });
  const model = instantiateTrainable(planned);
  model.inputs[0].quantize(input);
  const before = model.parameters.map((it) => it.slice());
  model.run();
  model.learn(label);
  const { scales } = graph.tensors.find(({ name }) => name === `${layer}/weights`)!.quantization!;
  const biasScales = graph.tensors.find(({ name }) => name === `${layer}/bias`)!.quantization!.scales;
  const moved = (i: number) => model.parameters[i].map((value, j) => value - before[i][j]);
  const [weights, biases] = [moved(0), moved(1)];
  const isLast = graph.tensors.find(({ name }) => name === `${layer}/weights`)!.quantization!.axis === 3;
  const channelOf = (i: number) =>
    isLast ? i % scales.length : Math.floor(i / (weights.length / scales.length));
  const fraction = 2 ** planned.training!.biases[0].fraction;
  return {
    weights: Array.from(weights, (it, i) => (-it / 65536 / LEARNING_RATE) * scales[channelOf(i)]),
    biases: Array.from(biases, (it, i) => (-it / fraction / LEARNING_RATE) * biasScales[i]),
  };
}

/** Whether rounding does not decide which way gradients go: at the kinks of activations, and between the greatest of a window. */
function isClear(graph: Graph, input: Float32Array): boolean {
  const values = new FloatModel(dequantized(graph)).run([input]);
  return graph.ops.every(({ kind, inputs, outputs, attributes }) => {
    const isClamped = "activation" in attributes && attributes.activation === "RELU";
    if (isClamped && values.get(outputs[0])!.some((value) => value > 0 && value < FINE)) return false;
    return kind !== "MAX_POOL_2D" || isOrdered(values.get(inputs[0]!)!, graph.tensors[inputs[0]!].shape);
  });
}

/** Whether each 3×3 window, two apart and cut off at the far border, has a greatest element, or none above 0. */
function isOrdered(values: Float32Array, [, height, width, depth]: readonly number[]): boolean {
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2)
      for (let channel = 0; channel < depth; channel++) {
        const window: number[] = [];
        for (let row = y; row < Math.min(y + 3, height); row++)
          for (let column = x; column < Math.min(x + 3, width); column++)
            window.push(values[(row * width + column) * depth + channel]);
        const [first, second] = window.sort((a, b) => b - a);
        if (first > 0 && first - second < 2 * FINE) return false;
      }
  return true;
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, it, i) => sum + it * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

const length = (a: readonly number[]) => Math.sqrt(a.reduce((sum, it) => sum + it * it, 0));

it.each([
  ["a dense layer", CONVOLUTIONS, "dense"],
  ["a convolution behind it", CONVOLUTIONS, "second"],
  ["a convolution behind that", CONVOLUTIONS, "first"],
  ["a convolution behind means of windows", pooled("AVERAGE_POOL_2D"), "first"],
  ["a convolution behind maxima of windows", pooled("MAX_POOL_2D"), "first"],
  ["a convolution that is read in two shapes", RESHAPED, "first"],
  ["a depthwise layer", DEPTHWISE, "second"],
  ["a depthwise layer behind it", DEPTHWISE, "first"],
] as const)("%s", (_, graph, layer) => {
  requireValid(graph);
  const random = seeded(11);
  const inputs = graph.tensors[graph.inputs[0]].shape.reduce((a, b) => a * b);
  for (let sample = 0; sample < 3; sample++) {
    let input: Float32Array;
    do input = Float32Array.from({ length: inputs }, () => (Math.round(random() * 120) - 60) / 64);
    while (!isClear(graph, input));
    const found = learned(graph, layer, input, sample);
    for (const part of ["weights", "bias"] as const) {
      const own = part === "bias" ? found.biases : found.weights;
      const expected = differences(graph, `${layer}/${part}`, input, sample);
      expect(length(expected)).toBeGreaterThan(0.01);
      expect(cosine(own, expected), `${part} of sample ${sample}`).toBeGreaterThan(0.99);
      expect(Math.abs(length(own) / length(expected) - 1), `${part} of sample ${sample}`).toBeLessThan(0.05);
    }
  }
});
