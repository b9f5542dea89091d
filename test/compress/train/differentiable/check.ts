/** What a graph gives on TensorFlow.js against FloatModel, and its gradients against differences of FloatModel's outputs. */
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { differentiable } from "../../../../codegen/compress/train/differentiable/model.js";
import { FloatModel } from "../../../../codegen/float/execute.js";
import { elements, type Graph, type TensorId } from "../../../../codegen/graph/graph.js";
import { relativeError } from "../../../float/relative-error.js";

/** Sums of float32 against sums of float64. */
const ROUNDING = 3e-6;

/** How far values are moved for a difference, and how far a slope may be from it: that of a rounded output is this uncertain. */
const STEP = 2 ** -6;
const UNCERTAIN = 2e-4;

/** How many elements of each tensor are moved. */
const MOVED = 6;

/** Numbers between −2 and 2, the same for the same seed. */
export function numbers(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 2 * Math.sin(seed * 12.9898 + i * (4.1414 + (seed % 7))));
}

/** Checks all outputs of a graph, and the gradient of a weighted sum of them by each input and constant. */
export function expectDifferentiable(graph: Graph, samples: number, seed: number): void {
  tf.tidy(() => {
    const model = differentiable(graph);
    const inputs = graph.inputs.map((id, i) => batchOf(graph, id, samples, seed + i));
    const constants = model.constants.map((id) => valuesOf(graph, id));
    const expected = outputsOf(graph, inputs, samples);
    const weights = expected.map(({ length }, i) => numbers(length, seed + 50 + i));
    const feeds = inputs.map((values, i) => tf.tensor(values, batchShape(graph, graph.inputs[i], samples)));
    const parameters = model.constants.map((id, i) => tf.tensor(constants[i], [...graph.tensors[id].shape]));
    const forward = (all: readonly tf.Tensor[]) => {
      const given = new Map(model.constants.map((id, i) => [id, all[feeds.length + i]]));
      const values = model.run(all.slice(0, feeds.length), given);
      return graph.outputs.map((id) => values.get(id)!);
    };
    for (const [i, output] of forward([...feeds, ...parameters]).entries()) {
      expect(output.shape).toEqual(batchShape(graph, graph.outputs[i], samples));
      expect(relativeError(output.dataSync() as Float32Array, expected[i])).toBeLessThan(ROUNDING);
    }
    const loss = (...all: tf.Tensor[]) => {
      const sums = forward(all).map((output, i) =>
        tf.sum(tf.mul(output, tf.tensor(weights[i], output.shape))),
      );
      return sums.reduce((a, b) => tf.add(a, b));
    };
    const found = tf
      .grads(loss)([...feeds, ...parameters])
      .map((it) => it.dataSync() as Float32Array);
    const moved = [...inputs, ...constants];
    for (const [i, gradient] of found.entries()) {
      expect(gradient.length).toBe(moved[i].length);
      for (const at of picked(gradient.length, seed)) {
        const run = (step: number) => {
          const values = moved[i].slice();
          values[at] += step;
          const constant = model.constants[i - inputs.length];
          return i < inputs.length
            ? outputsOf(graph, inputs.with(i, values), samples)
            : outputsOf(withConstant(graph, constant, values), inputs, samples);
        };
        const [low, high, scale] = slopes(run(-STEP), expected, run(STEP), weights);
        expect(gradient[at]).toBeGreaterThanOrEqual(low - UNCERTAIN * (1 + scale));
        expect(gradient[at]).toBeLessThanOrEqual(high + UNCERTAIN * (1 + scale));
      }
    }
  });
}

/**
 * Between what and what the slope of the weighted sum is: at a bend or kink of an output it lies between the differences on both
 * sides.
 */
function slopes(
  before: readonly Float32Array[],
  here: readonly Float32Array[],
  after: readonly Float32Array[],
  weights: readonly Float32Array[],
): [low: number, high: number, scale: number] {
  let [low, high, scale] = [0, 0, 0];
  for (const [i, values] of here.entries())
    for (const [j, value] of values.entries()) {
      const left = (weights[i][j] * (value - before[i][j])) / STEP;
      const right = (weights[i][j] * (after[i][j] - value)) / STEP;
      low += Math.min(left, right);
      high += Math.max(left, right);
      scale += left === 0 && right === 0 ? 0 : Math.abs(weights[i][j] * value);
    }
  return [low, high, scale];
}

function picked(length: number, seed: number): number[] {
  if (length <= MOVED) return [...Array(length).keys()];
  return Array.from({ length: MOVED }, (_, i) => (seed * 31 + i * 7919) % length);
}

function batchShape(graph: Graph, id: TensorId, samples: number): number[] {
  return [samples, ...graph.tensors[id].shape.slice(1)];
}

function batchOf(graph: Graph, id: TensorId, samples: number, seed: number): Float32Array {
  return numbers(samples * elements(graph.tensors[id].shape), seed);
}

function valuesOf(graph: Graph, id: TensorId): Float32Array {
  return new Float32Array(graph.tensors[id].data!.slice().buffer);
}

function withConstant(graph: Graph, id: TensorId, values: Float32Array): Graph {
  const data = new Uint8Array(values.buffer);
  return { ...graph, tensors: graph.tensors.with(id, { ...graph.tensors[id], data }) };
}

/** The outputs of FloatModel on each sample, one after the other. */
function outputsOf(graph: Graph, inputs: readonly Float32Array[], samples: number): Float32Array[] {
  const model = new FloatModel(graph);
  const runs = Array.from({ length: samples }, (_, sample) =>
    model.run(inputs.map((values) => sampleOf(values, sample, samples))),
  );
  return graph.outputs.map((id) => Float32Array.from(runs.flatMap((values) => [...values.get(id)!])));
}

function sampleOf(values: Float32Array, sample: number, samples: number): Float32Array {
  const length = values.length / samples;
  return values.slice(sample * length, (sample + 1) * length);
}
