/** Batch normalization begins as the identity, and folding leaves what is computed as it is. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Mask } from "../../../codegen/compress/prune/mask.js";
import type { SchemeName } from "../../../codegen/compress/quantize/formats.js";
import { prepare } from "../../../codegen/compress/quantize/quantize.js";
import { useWasm } from "../../../codegen/compress/train/backend/wasm.js";
import { inputsOf } from "../../../codegen/compress/train/batches.js";
import { withBiases } from "../../../codegen/compress/train/layers.js";
import { Student } from "../../../codegen/compress/train/student.js";
import type { Graph } from "../../../codegen/graph/graph.js";
import { relativeError } from "../../float/relative-error.js";
import { FloatGraph, SAME_RELU } from "../../support/float-graph.js";
import { images, tiny } from "./tiny.js";

beforeAll(useWasm);

const { samples } = images(24);

function studentOf(graph: Graph, scheme: SchemeName, masks: ReadonlyMap<number, Mask> = new Map()): Student {
  const prepared = prepare(graph, { scheme });
  return new Student(withBiases(prepared.graph), prepared.schemes, masks);
}

function normalize(student: Student): void {
  tf.tidy(() => student.normalize([inputsOf(student.graph, samples)]));
}

function evaluated(student: Student): Float32Array {
  return tf.tidy(() => {
    const values = student.evaluate(inputsOf(student.graph, samples));
    return values.get(student.graph.outputs[0])!.dataSync() as Float32Array;
  });
}

/** What a forward pass for training gives. */
function run(student: Student): Float32Array {
  return tf.tidy(() => {
    const parameters = new Map(
      student.parameters.map(({ name, values, shape }) => [name, tf.tensor(values, [...shape])]),
    );
    const values = student.run(inputsOf(student.graph, samples), parameters, false);
    return values.get(student.graph.outputs[0])!.dataSync() as Float32Array;
  });
}

/** Moves gamma and beta away from where they begin; every other gamma becomes negative. */
function disturb(student: Student): void {
  for (const { name, values } of student.parameters)
    values.forEach((value, i) => {
      if (name.endsWith("/gamma")) values[i] = value * (i % 2 ? -0.7 : 1.3);
      if (name.endsWith("/beta")) values[i] = value + 0.2 * (i - 1);
    });
}

it("is the identity at first, in training and folded", () => {
  const student = studentOf(tiny(), "int8");
  const before = evaluated(student);
  normalize(student);
  expect(student.isNormalized).toBe(true);
  // Convolutions have it and the dense layer has not.
  expect(student.parameters.filter(({ name }) => name.endsWith("/gamma"))).toHaveLength(3);
  expect(relativeError(evaluated(student), before)).toBeLessThan(1e-5);
  expect(relativeError(run(student), before)).toBeLessThan(1e-5);
});

describe.each<[string, SchemeName, boolean]>([
  ["weights as they are", "int8", false],
  ["int4 weights that are searched for", "int4", true],
  ["ternary weights that are searched for", "ternary", true],
  ["binary weights that are searched for", "binary", true],
])("%s", (_, scheme, isSearched) => {
  it("compute the same when it is folded, with negative gamma too", () => {
    const student = studentOf(tiny(), scheme);
    if (isSearched) student.search();
    normalize(student);
    disturb(student);
    const before = evaluated(student);
    const weights = student.result();
    student.fold();
    expect(student.isNormalized).toBe(false);
    expect(relativeError(evaluated(student), before)).toBeLessThan(1e-5);
    // `result` was folded all along.
    const once = weights.tensors.map(({ data }) => data);
    const folded = student.result().tensors.map(({ data }) => data);
    expect(once.length).toBe(folded.length);
    for (const [i, data] of folded.entries()) {
      if (!data || weights.tensors[i].dtype !== "float32") continue;
      const [a, b] = [data, once[i]!].map((it) => new Float32Array(it.slice().buffer));
      expect(relativeError(a, b)).toBeLessThan(1e-6);
    }
    for (const scales of student.weightScales.values()) expect(scales.every((scale) => scale > 0)).toBe(true);
  });

  it("give the probabilities of the folded network, too", () => {
    if (!isSearched) return;
    const student = studentOf(tiny(), scheme);
    student.search();
    normalize(student);
    disturb(student);
    for (const source of student.sources.values()) source.advance?.(0.69);
    const before = evaluated(student);
    student.fold();
    expect(relativeError(evaluated(student), before)).toBeLessThan(1e-5);
  });
});

it("leaves layers without that share weights: a factor for one would be one for the other", () => {
  const build = new FloatGraph(4);
  const [weights, bias] = [build.constant([1, 3, 3, 1]), build.constant([1])];
  const first = build.op("CONV_2D", SAME_RELU, build.input([1, 6, 6, 1]), weights, bias);
  const second = build.op("CONV_2D", SAME_RELU, first, weights, bias);
  const last = build.op("CONV_2D", SAME_RELU, second, build.constant([2, 3, 3, 1]), null);
  const student = studentOf(build.graph([last]), "int8");
  normalize(student);
  expect(student.parameters.filter(({ name }) => name.endsWith("/gamma")).map(({ name }) => name)).toEqual([
    "CONV_2D 2/gamma",
  ]);
  disturb(student);
  const before = evaluated(student);
  student.fold();
  expect(relativeError(evaluated(student), before)).toBeLessThan(1e-5);
});

it("gives pruned channels no bias: what is zero stays zero in training and folded", () => {
  const graph = prepare(tiny(), {}).graph;
  const [, weight, bias] = graph.ops[0].inputs as number[];
  const masks = new Map([
    [weight, Uint8Array.from({ length: 36 }, (_, i) => +(i >= 9))],
    [bias, Uint8Array.of(0, 1, 1, 1)],
  ]);
  const student = studentOf(graph, "int8", masks);
  normalize(student);
  disturb(student);
  const firstChannel = () =>
    tf.tidy(() => {
      const parameters = new Map(
        student.parameters.map(({ name, values, shape }) => [name, tf.tensor(values, [...shape])]),
      );
      const inputs = inputsOf(student.graph, samples);
      const [output] = student.graph.ops[0].outputs;
      const of = (all: ReadonlyMap<number, tf.Tensor>) =>
        (all.get(output)!.dataSync() as Float32Array).filter((_, i) => i % 4 === 0);
      return [...of(student.run(inputs, parameters, false)), ...of(student.evaluate(inputs))];
    });
  expect(firstChannel().every((value) => value === 0)).toBe(true);
  student.fold();
  expect(firstChannel().every((value) => value === 0)).toBe(true);
});
