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

/**
 * Learns from one part of the data, `passes` times in its order, and examines with the other.
 *
 * @throws Refusal `labels-missing`
 */
export async function tryLearning(
  engine: Engine,
  { artifact, report }: Target,
  { training, examination }: { readonly training: Dataset; readonly examination: Dataset },
  passes: number,
  run: { readonly machine?: Machine; readonly onProgress?: (progress: Progress) => void },
): Promise<Learned> {
  const inputs = edges(report, report.inputs);
  const [output] = edges(report, report.outputs);
  if (!training.labels || !examination.labels) return refuse("labels-missing", {});
  const taught = vectorsOf(training, inputs);
  const asked = vectorsOf(examination, inputs);
  const lessons = Array.from({ length: passes }, () => taught).flat();
  const vectors = [...asked, ...lessons, ...asked];
  const labels = vectors.map((_, i) => {
    const lesson = i - asked.length;
    return lesson >= 0 && lesson < lessons.length ? training.labels![lesson % taught.length] : undefined;
  });
  const found = await engine.run({
    artifact,
    module: report.module,
    vectors,
    labels,
    stepSeconds: 3600,
    ...run,
  });
  const share = (from: number) =>
    examination.labels!.filter((label, i) => highest(found, from + i, output) === label).length /
    asked.length;
  const lossOf = (vector: number) => found.vectors[vector].loss! / 65536;
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const counted = countedOf(found, report.layers.length, asked.length, lessons.length);
  return {
    engine: engine.name,
    samples: taught.length,
    examined: asked.length,
    passes,
    before: share(0),
    after: share(asked.length + lessons.length),
    losses: Array.from({ length: passes }, (_, pass) =>
      mean(taught.map((_, i) => lossOf(asked.length + pass * taught.length + i))),
    ),
    ...(counted && { instructions: counted }),
  };
}

function vectorsOf({ samples }: Dataset, inputs: readonly EdgeTensor[]) {
  return samples.map((sample) => [
    Buffer.concat(inputs.map((input, i) => quantized(sample[i], input, input.name))),
  ]);
}

/** The index of the highest element of a vector's first output, which is int8 where there is a loss. */
function highest({ vectors }: Report, vector: number, { length }: EdgeTensor): number {
  const bytes = vectors[vector].outputs[0];
  const scores = new Int8Array(bytes.buffer, bytes.byteOffset, length);
  return scores.indexOf(Math.max(...scores));
}

/** Means over the samples that were learned from; nothing on engines that do not count. */
function countedOf(
  { vectors }: Report,
  layers: number,
  first: number,
  count: number,
): Learned["instructions"] {
  const lessons = vectors
    .slice(first, first + count)
    .flatMap((vector) => (vector.layers ? [vector.layers] : []));
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
