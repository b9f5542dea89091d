/** How good a network is in the middle of its training. */
import { tensor, tidy } from "@tensorflow/tfjs-core";
import { argMax } from "../report/evaluate.js";
import { type Batch, inputsOf, type TrainingData } from "./batches.js";
import type { Objective } from "./objective.js";
import type { Student } from "./student.js";

export interface Scores {
  readonly loss: number;
  /** The share of labels that the highest output is; undefined without labels. */
  readonly accuracy: number | undefined;
}

/** Samples that go through a network at a time. */
const SIZE = 250;

/** Of the network as it would be deployed: normalization folded, quantized where it is trained so. */
export function scoresOf(student: Student, objective: Objective, { samples, labels }: TrainingData): Scores {
  let [loss, right] = [0, 0];
  for (let at = 0; at < samples.length; at += SIZE) {
    const batch: Batch = {
      samples: samples.slice(at, at + SIZE),
      labels: labels?.slice(at, at + SIZE),
    };
    tidy(() => {
      const beside = new Map(
        objective.parameters.map(({ name, values, shape }) => [name, tensor(values, [...shape])]),
      );
      const values = student.evaluate(inputsOf(student.graph, batch.samples));
      loss += objective.loss(values, batch, beside).dataSync()[0] * batch.samples.length;
      const output = values.get(student.graph.outputs[0])!.dataSync() as Float32Array;
      const size = output.length / batch.samples.length;
      batch.labels?.forEach((label, i) => {
        if (argMax(output.subarray(i * size, (i + 1) * size)) === label) right++;
      });
    });
  }
  return { loss: loss / samples.length, accuracy: labels && right / samples.length };
}
