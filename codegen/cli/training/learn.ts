/** Learning tried on an engine: the model is examined, learns, and is examined again, all in one job. */
import type { Engine, Machine, Progress, Report } from "../../../boards/engine.js";
import { refuse } from "../../problems/problem.js";
import type { Dataset } from "../data/dataset.js";
import { type EdgeTensor, edges, quantized } from "../inputs/tensor.js";
import type { Target } from "../target.js";

export interface Learned {
  readonly engine: string;
  readonly samples: number;
  readonly examined: number;
  readonly passes: number;
  /** Shares of the examined samples whose label has the highest output. */
  readonly before: number;
  readonly after: number;
  /** Mean loss of each pass. */
  readonly losses: readonly number[];
  /** On engines that count, collections included: mean of an inference, and of `learn()` with its share of updates. */
  readonly instructions?: { readonly run: number; readonly learn: number };
}

export interface LearningData {
  readonly training: Dataset;
  readonly examination: Dataset;
}

/** What a model is given, in order: what it is examined with, what it learns from as often as that is shown, and what it is examined with again. */
export interface Lessons {
  /** The bytes of all inputs of each sample. */
  readonly inputs: readonly Uint8Array[];
  /** What is learned from each; nothing from those without. */
  readonly labels: readonly (number | undefined)[];
  /** What comes of the examinations and of learning. @param losses those of samples with labels, in order */
  result(scores: (vector: number) => Int8Array, losses: readonly number[]): Omit<Learned, "engine">;
}

/** @throws Refusal `labels-missing` */
export function lessonsOf(
  { training, examination }: LearningData,
  passes: number,
  edges: readonly EdgeTensor[],
): Lessons {
  const { labels: taughtLabels } = training;
  const { labels: right } = examination;
  if (!taughtLabels || !right) return refuse("labels-missing", {});
  const [taught, asked] = [bytesOf(training, edges), bytesOf(examination, edges)];
  const lessons = Array.from({ length: passes }, () => taught).flat();
  const unlabelled = asked.map(() => undefined);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    inputs: [...asked, ...lessons, ...asked],
    labels: [...unlabelled, ...lessons.map((_, i) => taughtLabels[i % taught.length]), ...unlabelled],
    result: (scores, losses) => {
      const isRight = (from: number) => (label: number, i: number) => highest(scores(from + i)) === label;
      const share = (from: number) => right.filter(isRight(from)).length / asked.length;
      return {
        samples: taught.length,
        examined: asked.length,
        passes,
        before: share(0),
        after: share(asked.length + lessons.length),
        losses: Array.from({ length: passes }, (_, pass) =>
          mean(losses.slice(pass * taught.length, (pass + 1) * taught.length)),
        ),
      };
    },
  };
}

/**
 * Learns from one part of the data, `passes` times in its order, and examines with the other.
 *
 * @throws Refusal `labels-missing`
 */
export async function tryLearning(
  engine: Engine,
  { artifact, report }: Target,
  data: LearningData,
  passes: number,
  run: { readonly machine?: Machine; readonly onProgress?: (progress: Progress) => void },
): Promise<Learned> {
  const { inputs, labels, result } = lessonsOf(data, passes, edges(report, report.inputs));
  const [output] = edges(report, report.outputs);
  const found = await engine.run({
    artifact,
    module: report.module,
    vectors: inputs.map((bytes) => [bytes]),
    labels,
    stepSeconds: 3600,
    ...run,
  });
  const scores = (vector: number) => scoresOf(found.vectors[vector].outputs[0], output);
  const losses = found.vectors.flatMap(({ loss }) => (loss === undefined ? [] : loss / 65536));
  const counted = countedOf(found, report.layers.length, labels);
  return {
    engine: engine.name,
    ...result(scores, losses),
    ...(counted && { instructions: counted }),
  };
}

function bytesOf({ samples }: Dataset, inputs: readonly EdgeTensor[]): Uint8Array[] {
  return samples.map((sample) =>
    Buffer.concat(inputs.map((input, i) => quantized(sample[i], input, input.name))),
  );
}

/** The first output among the bytes of all, which is int8 where there is a loss. */
export function scoresOf(bytes: Uint8Array, { length }: EdgeTensor): Int8Array {
  return new Int8Array(bytes.buffer, bytes.byteOffset, length);
}

function highest(scores: Int8Array): number {
  return scores.indexOf(Math.max(...scores));
}

/** Means over the samples that were learned from; nothing on engines that do not count. */
function countedOf({ vectors }: Report, layers: number, labels: Lessons["labels"]): Learned["instructions"] {
  const lessons = vectors.flatMap((vector, i) =>
    vector.layers && labels[i] !== undefined ? [vector.layers] : [],
  );
  if (lessons.length === 0) return undefined;
  const total = (part: (index: number) => boolean) =>
    lessons.reduce(
      (sum, counts) => sum + counts.reduce((all, it, index) => all + (part(index) ? it.instructions : 0), 0),
      0,
    );
  return {
    run: Math.round(total((index) => index < layers) / lessons.length),
    learn: Math.round(total((index) => index === layers) / lessons.length),
  };
}
