/** What a student learns from beside labels. */
import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import { isFloat } from "../../float/validate.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import { runFloatPasses } from "../../passes/float/index.js";
import { refuse } from "../../problems/problem.js";
import type { Sample } from "../quantize/calibrate.js";
import { QuantizedModel } from "../quantize/execute.js";
import { inputsOf } from "./batches.js";
import { logitsId } from "./classes.js";
import { differentiable } from "./differentiable/model.js";

/** A teacher's answers to a batch. */
export interface Answers {
  /** [samples, classes] before a softmax; of models without one the first output, [samples, ...]. */
  readonly output: Tensor;
  /** What hints need, by the name of the teacher's tensor. */
  readonly features: ReadonlyMap<string, Tensor>;
}

export type Teacher = (samples: readonly Sample[]) => Answers;

/**
 * A model as a teacher.
 *
 * @param graph float or quantized
 * @param features names of the tensors that hints need
 * @throws Refusal `tensor-unknown`
 */
export function modelTeacher(graph: Graph, features: readonly string[] = []): Teacher {
  const passed = isFloat(graph) ? runFloatPasses(graph) : graph;
  const ids = features.map((name) => [name, tensorNamed(passed, name)] as const);
  const run = isFloat(graph) ? floatRunner(passed) : quantizedRunner(passed);
  return (samples) => {
    const values = run(samples);
    return {
      output: values(logitsId(passed)),
      features: new Map(ids.map(([name, id]) => [name, values(id)])),
    };
  };
}

/**
 * Any function as a teacher.
 *
 * @param answer the logits of a sample, or what else the student's output is compared with
 */
export function functionTeacher(answer: (sample: Sample) => Float32Array): Teacher {
  return (samples) => {
    const answers = samples.map(answer);
    return { output: stacked(answers, [answers[0].length]), features: new Map() };
  };
}

/**
 * A teacher that is asked about each sample once. Samples are known by their identity, and features are not remembered, so this is
 * for data that does not vary, without hints.
 */
export function remembering(teacher: Teacher): Teacher {
  const known = new WeakMap<Sample, Float32Array>();
  let shape: readonly number[] = [];
  return (samples) => {
    const unknown = samples.filter((sample) => !known.has(sample));
    if (unknown.length > 0) {
      const { output } = teacher(unknown);
      shape = output.shape.slice(1);
      const values = output.dataSync() as Float32Array;
      const size = values.length / unknown.length;
      unknown.forEach((sample, i) => {
        known.set(sample, values.slice(i * size, (i + 1) * size));
      });
    }
    return {
      output: stacked(
        samples.map((sample) => known.get(sample)!),
        shape,
      ),
      features: new Map(),
    };
  };
}

/** A tensor that is fed or computed, by its name. @throws Refusal `tensor-unknown` */
export function tensorNamed({ tensors, inputs, ops }: Graph, name: string): TensorId {
  const ids = [...inputs, ...ops.flatMap(({ outputs }) => outputs)];
  const found = ids.find((id) => tensors[id].name === name);
  return found ?? refuse("tensor-unknown", { name, known: ids.map((id) => tensors[id].name) });
}

type Runner = (samples: readonly Sample[]) => (id: TensorId) => Tensor;

function floatRunner(graph: Graph): Runner {
  const model = differentiable(graph);
  return (samples) => {
    const values = model.run(inputsOf(graph, samples), new Map());
    return (id) => values.get(id)!;
  };
}

function quantizedRunner(graph: Graph): Runner {
  const model = new QuantizedModel(graph);
  return (samples) => {
    const values = samples.map((sample) => model.run(sample));
    const shape = (id: TensorId) => graph.tensors[id].shape.slice(1);
    return (id) =>
      stacked(
        values.map((own) => own.get(id)!),
        shape(id),
      );
  };
}

function stacked(rows: readonly Float32Array[], shape: readonly number[]): Tensor {
  const values = new Float32Array(rows.length * rows[0].length);
  rows.forEach((row, i) => {
    values.set(row, i * row.length);
  });
  return tensor(values, [rows.length, ...shape]);
}
