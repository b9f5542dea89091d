/** How a network is trained. */
import type { TensorId } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import type { Mask, Pruned } from "../prune/mask.js";
import type { Schedule } from "../prune/schedule.js";
import type { QuantizeOptions } from "../quantize/quantize.js";
import type { TrainingData, Vary } from "./batches.js";
import type { ObjectiveOptions } from "./objective.js";

export interface TrainingOptions extends ObjectiveOptions {
  readonly epochs: number;
  /** Samples of a step; 64 where not given. */
  readonly batch?: number;
  /** At the beginning; it falls to 0 along half a cosine (Loshchilov & Hutter 2017, arXiv:1608.03983). 0.001 where not given. */
  readonly learningRate?: number;
  /** Of the order of samples, their variations and whatever else is random; 1 where not given. */
  readonly seed?: number;
  readonly vary?: Vary;
  /** What the network is evaluated on after each epoch; it is not trained with. */
  readonly validation?: TrainingData;
  /** Epochs without a lower loss on the validation data after which training stops early. */
  readonly patience?: number;
  /** Of constants, by tensor of the prepared graph: what they prune stays zero. */
  readonly masks?: ReadonlyMap<TensorId, Mask>;
  readonly pruning?: GradualPruning;
  /** Whether layers have batch normalization at first, for networks that are far from trained. */
  readonly normalize?: boolean;
  readonly quantization?: QuantizationAware;
}

/** Masks that grow with the training. */
export interface GradualPruning {
  readonly schedule: (steps: number) => Schedule;
  /** The network as it is then, with masks that prune a share of it. */
  readonly prune: (pruned: Pruned, sparsity: number) => Pruned;
}

/** Training as if quantized (Jacob et al. 2018, arXiv:1712.05877, section 3). */
export interface QuantizationAware extends Pick<QuantizeOptions, "scheme" | "layers"> {
  /** The share of the training after which it begins, with batch normalization folded; 0.3 where not given. */
  readonly delay?: number;
  /** The share of the training after which ranges of activations stay as they are; 0.9 where not given. */
  readonly freeze?: number;
  /** Whether weights of 1, 2 and 4 bits are searched for (`SearchedWeights`), and not only rounded. */
  readonly search?: boolean;
}

/**
 * @throws Refusal `training-option` for figures out of their range, `training-option-alone` for options that mean nothing without
 *   others
 */
export function checkOptions(options: TrainingOptions, data: TrainingData): void {
  const { epochs, batch, learningRate, patience, quantization, seed } = options;
  const { temperature, alpha, hints = [], hintWeight, teacher, validation } = options;
  check("epochs", epochs, isCount, "a whole number of at least 1");
  check("batch", batch, isCount, "a whole number of at least 1");
  check("patience", patience, isCount, "a whole number of at least 1");
  check("seed", seed, (value) => Number.isSafeInteger(value) && value >= 0, "a whole number of at least 0");
  check("learningRate", learningRate, isPositive, "above 0");
  check("temperature", temperature, isPositive, "above 0");
  check("alpha", alpha, (value) => value >= 0 && value <= 1, "from 0 to 1");
  check("hintWeight", hintWeight, (value) => value >= 0 && Number.isFinite(value), "at least 0");
  check("delay", quantization?.delay, (value) => value >= 0 && value < 1, "from 0 to below 1");
  check("freeze", quantization?.freeze, (value) => value > 0 && value <= 1, "above 0, up to 1");
  const need = (name: string, missing: string) => refuse("training-option-alone", { name, missing });
  if (teacher) requireLabelsFor(alpha, data);
  if (hints.length > 0 && !teacher) need("a hint", "a teacher");
  if (patience !== undefined && !validation) need("patience", "validation data");
}

/** @throws Refusal `training-option-alone` for a teacher's share beside labels where there are none */
export function requireLabelsFor(alpha: number | undefined, { labels }: Pick<TrainingData, "labels">): void {
  if (alpha !== undefined && alpha < 1 && !labels)
    refuse("training-option-alone", { name: "an alpha below 1", missing: "labels" });
}

function check(
  name: string,
  value: number | undefined,
  isRight: (value: number) => boolean,
  wanted: string,
): void {
  if (value !== undefined && !isRight(value)) refuse("training-option", { name, value, wanted });
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function isPositive(value: number): boolean {
  return value > 0 && Number.isFinite(value);
}
