/** A student's training from beginning to end. It loads TensorFlow.js, so commands import it when they run. */
import { setImmediate } from "node:timers/promises";
import { type Mask, nonZeros } from "../../compress/prune/mask.js";
import { prepare, type QuantizeOptions } from "../../compress/quantize/quantize.js";
import { trainedLayers } from "../../compress/train/layers.js";
import type { TrainingOptions } from "../../compress/train/options.js";
import { modelTeacher } from "../../compress/train/teacher.js";
import { train } from "../../compress/train/train.js";
import type { Trained, Training } from "../../compress/train/training.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import type { Io } from "../io.js";
import type { OnProgress } from "../progress.js";
import type { CheckpointFile } from "./checkpoint-file.js";
import type { Flags } from "./flags.js";
import type { HeldOut } from "./hold-out.js";
import type { Models } from "./models.js";

export interface Distillation {
  readonly models: Models;
  readonly data: HeldOut;
  readonly flags: Flags;
  /** The formats that the student is trained for; undefined where it stays float. */
  readonly formats: Pick<QuantizeOptions, "scheme" | "layers"> | undefined;
  readonly checkpoint: CheckpointFile | undefined;
}

/**
 * Trains. Between steps the event loop runs: an interruption stops the training, after what was reached is kept.
 *
 * @throws Refusal as `train` does, and for checkpoints
 */
export async function distill(
  { models, data, flags, formats, checkpoint }: Distillation,
  { interrupted }: Io,
  onProgress: OnProgress,
): Promise<Trained> {
  const from = await checkpoint?.read();
  const onStep = async (training: Training) => {
    const { step, steps, loss } = training;
    const epoch = Math.ceil((step * flags.epochs) / steps);
    const what = `epoch ${epoch} of ${flags.epochs}, loss ${loss.toPrecision(3)}`;
    onProgress({ what, done: step, total: steps });
    await checkpoint?.follow(training);
    await setImmediate();
    if (!interrupted?.aborted) return;
    await checkpoint?.write(training);
    interrupted.throwIfAborted();
  };
  return train(models.student, data.training, trainingOptions(models, data, flags, formats), {
    ...(from && { from }),
    onStep,
  });
}

function trainingOptions(
  { teacher, student }: Models,
  { validation }: HeldOut,
  flags: Flags,
  formats: Distillation["formats"],
): TrainingOptions {
  const { epochs, batch, rate, seed, temperature, alpha, hint = [], patience } = flags;
  return {
    epochs,
    ...(batch !== undefined && { batch }),
    ...(rate !== undefined && { learningRate: rate }),
    seed,
    teacher: modelTeacher(teacher, [...new Set(hint.map((it) => it.teacher))]),
    hints: hint,
    ...(temperature !== undefined && { temperature }),
    ...(alpha !== undefined && { alpha }),
    ...(validation && { validation }),
    ...(patience !== undefined && { patience }),
    ...(flags.keepZeros && { masks: zerosOf(prepare(student, formats ?? {}).graph) }),
    normalize: flags.normalize ?? false,
    ...(formats && { quantization: { ...formats, search: flags.search ?? false } }),
  };
}

/** Masks of the weights that have zeros. */
function zerosOf(graph: Graph): ReadonlyMap<TensorId, Mask> {
  const masks = trainedLayers(graph).map(({ weight }) => [weight, nonZeros(graph.tensors[weight])] as const);
  return new Map(masks.filter(([, mask]) => mask.includes(0)));
}
