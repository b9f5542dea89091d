/** Which samples a step shows. It follows from the seed and the step alone, so that a training can go on anywhere. */
import { tensor } from "@tensorflow/tfjs-core";
import { elements, type Graph } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import { warmRandom } from "../prune/random.js";
import type { Sample } from "../quantize/calibrate.js";
import { shuffled } from "../quantize/random.js";
import type { Inputs } from "./student.js";

export interface TrainingData {
  readonly samples: readonly Sample[];
  /** Indexes of the outputs that should be highest, one a sample. */
  readonly labels?: readonly number[];
}

/** What a sample looks like this time; the same numbers from `next` give the same. */
export type Vary = (sample: Sample, next: () => number) => Sample;

export interface Batch {
  readonly samples: readonly Sample[];
  readonly labels: readonly number[] | undefined;
}

export class Batches {
  readonly #data: TrainingData;
  readonly #size: number;
  readonly #seed: number;
  readonly #vary: Vary | undefined;
  /** Steps that show every sample once; those that are too few for a last batch are left out. */
  readonly perEpoch: number;
  #order: { readonly epoch: number; readonly indexes: readonly number[] } | undefined;

  constructor(data: TrainingData, size: number, seed: number, vary?: Vary) {
    this.#data = data;
    this.#size = Math.min(size, data.samples.length);
    this.#seed = seed;
    this.#vary = vary;
    this.perEpoch = Math.floor(data.samples.length / this.#size);
  }

  batch(step: number): Batch {
    const epoch = Math.floor(step / this.perEpoch);
    const { samples, labels } = this.#data;
    if (this.#order?.epoch !== epoch) {
      const indexes = shuffled(samples.length, warmRandom(mixed(this.#seed, -1 - epoch)));
      this.#order = { epoch, indexes };
    }
    const at = (step % this.perEpoch) * this.#size;
    const indexes = this.#order.indexes.slice(at, at + this.#size);
    const next = warmRandom(mixed(this.#seed, step));
    return {
      samples: indexes.map((i) => this.#vary?.(samples[i], next) ?? samples[i]),
      labels: labels && indexes.map((i) => labels[i]),
    };
  }
}

/** @throws Refusal `training-labels` for labels that are not one for each sample, or no index of an output */
export function requireLabels({ tensors, outputs }: Graph, { samples, labels }: TrainingData): void {
  if (!labels) return;
  const refuseLabels = (why: string) => refuse("training-labels", { why });
  if (labels.length !== samples.length)
    refuseLabels(`there are ${labels.length} for ${samples.length} samples`);
  const classes = elements(tensors[outputs[0]].shape);
  const odd = labels.find((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (odd !== undefined) refuseLabels(`one is ${odd}, and there are ${classes} outputs`);
}

/** Samples as one tensor for each model input. */
export function inputsOf({ inputs, tensors }: Graph, samples: readonly Sample[]): Inputs {
  return inputs.map((id, position) => {
    const shape = [samples.length, ...tensors[id].shape.slice(1)];
    const size = samples[0][position].length;
    const values = new Float32Array(samples.length * size);
    samples.forEach((sample, i) => {
      values.set(sample[position], i * size);
    });
    return tensor(values, shape);
  });
}

/** A seed of a seed and a number, far from those of other numbers (the finalizer of MurmurHash3). */
function mixed(seed: number, number: number): number {
  let hash = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
