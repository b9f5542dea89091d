/** A training that can be stopped after any step, and gone on with to the same weights. */
import { type Scalar, type Tensor, tensor, tidy, valueAndGrads } from "@tensorflow/tfjs-core";
import type { Graph, TensorId } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import type { Mask } from "../prune/mask.js";
import type { Schedule } from "../prune/schedule.js";
import { type Calibration, requireFittingSamples, requireSamples } from "../quantize/calibrate.js";
import { prepare } from "../quantize/quantize.js";
import { Adam } from "./adam.js";
import { Batches, inputsOf, requireLabels, type TrainingData } from "./batches.js";
import { Best } from "./best.js";
import { type Arrays, copied, named, ofPart } from "./checkpoint.js";
import { decodeHistory, type Epoch, encodeHistory } from "./history.js";
import { withBiases } from "./layers.js";
import { Objective } from "./objective.js";
import { checkOptions, type QuantizationAware, type TrainingOptions } from "./options.js";
import type { Parameter } from "./parameter.js";
import { scoresOf } from "./scores.js";
import { Student } from "./student.js";
import { MaskedWeights } from "./weights/masked.js";

/** What comes of a training. */
export interface Trained {
  /** Float, with the trained constants; prepared (`prepare`), so that `quantize` leaves its tensors as they are. */
  readonly graph: Graph;
  /** The ranges of activations that it was trained with, for `quantize`; undefined where it was not trained as if quantized. */
  readonly calibration: Calibration | undefined;
  /** The scales of weights that were searched for, for `quantize`. */
  readonly weightScales: ReadonlyMap<string, readonly number[]>;
  readonly epochs: readonly Epoch[];
  /** The epoch after which it was like this: the best one where there is patience, else the last one. */
  readonly epoch: number;
}

const BATCH = 64;
const LEARNING_RATE = 0.001;
const SEED = 1;
const DELAY = 0.3;
const FREEZE = 0.9;
/** Batches that batch normalization begins with. */
const NORMALIZED = 4;

export class Training {
  /** Steps in all. */
  readonly steps: number;
  readonly #options: TrainingOptions;
  readonly #student: Student;
  readonly #objective: Objective;
  readonly #batches: Batches;
  readonly #schedule: Schedule | undefined;
  readonly #adam = new Adam();
  readonly #best: Best;
  #step = 0;
  /** The sum over the epoch that is under way. */
  #loss = 0;
  #epochs: Epoch[] = [];

  /**
   * @param graph a float graph
   * @throws Refusal for graphs that cannot be trained, options out of their range, and data that does not suit the objective
   */
  constructor(graph: Graph, data: TrainingData, options: TrainingOptions) {
    checkOptions(options, data);
    const {
      batch = BATCH,
      seed = SEED,
      epochs,
      vary,
      masks = new Map(),
      pruning,
      validation,
      quantization = {} as QuantizationAware,
    } = options;
    const prepared = prepare(graph, quantization);
    requireSamples(prepared.graph, data.samples);
    requireLabels(prepared.graph, data);
    if (validation) {
      requireFittingSamples(prepared.graph, validation.samples);
      requireLabels(prepared.graph, validation);
    }
    this.#options = options;
    this.#student = new Student(withBiases(prepared.graph), prepared.schemes, masks);
    this.#objective = new Objective(this.#student.graph, data, options, vary !== undefined, seed);
    this.#batches = new Batches(data, batch, seed, vary);
    this.#best = new Best(options.patience);
    this.steps = epochs * this.#batches.perEpoch;
    this.#schedule = pruning?.schedule(this.steps);
    if (quantization.search) this.#student.search();
    if (options.normalize) this.#normalize();
  }

  get step(): number {
    return this.#step;
  }

  get epochs(): readonly Epoch[] {
    return this.#epochs;
  }

  /** The mean over the batches of the epoch that is under way, or of the last one; NaN before the first step. */
  get loss(): number {
    const done = this.#step % this.#batches.perEpoch;
    return done > 0 ? this.#loss / done : (this.#epochs.at(-1)?.loss ?? Number.NaN);
  }

  /** Whether all steps are done, or more of them do not help. */
  get isOver(): boolean {
    return this.#step === this.steps || this.#best.isOver(this.#epochs.length);
  }

  /** One step of the optimizer. */
  advance(): void {
    const progress = this.#step / this.steps;
    for (const source of this.#student.sources.values()) source.advance?.(progress);
    if (this.#schedule?.prunes(this.#step)) this.#prune(this.#schedule.sparsity(this.#step));
    const { quantization, learningRate = LEARNING_RATE } = this.#options;
    const isLast = this.#step === this.steps - 1;
    if (quantization && !this.#student.calibration && (progress >= (quantization.delay ?? DELAY) || isLast))
      this.#quantize();
    const rate = (learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
    this.#loss += this.#descend(rate, progress < (quantization?.freeze ?? FREEZE));
    this.#step++;
    if (this.#step % this.#batches.perEpoch === 0) this.#endEpoch();
  }

  /** The network as it is now; where training stopped early, as it was best. */
  result(): Trained {
    const best = this.isOver ? this.#best.arrays : undefined;
    const now = copied(this.#student.save());
    if (best) this.#student.load(best);
    const trained = {
      graph: this.#student.result(),
      calibration: this.#student.calibration,
      weightScales: this.#student.weightScales,
      epochs: this.#epochs,
      epoch: best ? this.#best.epoch : this.#epochs.length,
    };
    if (best) this.#student.load(now);
    return trained;
  }

  save(): Arrays {
    return new Map([
      ...named("student", this.#student.save()),
      ...named("adam", this.#adam.save()),
      ...named("beside", new Map(this.#objective.parameters.map(({ name, values }) => [name, values]))),
      ...named("best", this.#best.save()),
      ["history", encodeHistory(this.#epochs)],
      ["progress", Float64Array.of(this.#step, this.#loss)],
    ]);
  }

  /** Goes on from what `save` gave in a training of the same model, data and options. */
  load(arrays: Arrays): void {
    this.#student.load(ofPart("student", arrays));
    this.#adam.load(ofPart("adam", arrays));
    const beside = ofPart("beside", arrays);
    for (const { name, values } of this.#objective.parameters) values.set(beside.get(name)!);
    this.#best.load(ofPart("best", arrays));
    this.#epochs = decodeHistory(Float64Array.from(arrays.get("history")!));
    [this.#step, this.#loss] = arrays.get("progress")!;
  }

  /** Updates all parameters. @returns the loss before that */
  #descend(rate: number, isObserving: boolean): number {
    const parameters = [...this.#student.parameters, ...this.#objective.parameters];
    const batch = this.#batches.batch(this.#step);
    const { loss, gradients } = tidy(() => {
      const inputs = inputsOf(this.#student.graph, batch.samples);
      const forward = (...values: Tensor[]): Scalar => {
        const tensors = new Map(parameters.map(({ name }, i) => [name, values[i]]));
        return this.#objective.loss(this.#student.run(inputs, tensors, isObserving), batch, tensors);
      };
      const { value, grads } = valueAndGrads(forward)(tensorsOf(parameters));
      return {
        loss: value.dataSync()[0],
        gradients: grads.map((gradient) => gradient.dataSync() as Float32Array),
      };
    });
    if (!Number.isFinite(loss)) refuse("training-diverged", { step: this.#step });
    parameters.forEach((parameter, i) => {
      this.#adam.update(parameter, gradients[i], rate);
    });
    return loss;
  }

  #endEpoch(): void {
    const { validation } = this.#options;
    // Losses are of networks before their steps: what the last step made of it shows here only.
    const { samples, labels } = validation ?? this.#batches.batch(this.#step - 1);
    const scores = scoresOf(this.#student, this.#objective, { samples, ...(labels && { labels }) });
    if (!Number.isFinite(scores.loss)) refuse("training-diverged", { step: this.#step });
    const epoch = this.#epochs.length + 1;
    const loss = this.#loss / this.#batches.perEpoch;
    this.#epochs.push({ epoch, loss, validation: validation && scores });
    this.#loss = 0;
    if (validation && this.#isSettled) this.#best.consider(scores.loss, epoch, () => this.#student.save());
  }

  /** Whether the network is what it will be: pruned as far as it shall be, and quantized if it shall be. */
  get #isSettled(): boolean {
    const { quantization } = this.#options;
    const sparsity = (step: number) => this.#schedule?.sparsity(step);
    return (
      sparsity(this.#step) === sparsity(this.steps) &&
      (!quantization || this.#student.calibration !== undefined)
    );
  }

  #normalize(): void {
    const count = Math.min(NORMALIZED, this.#batches.perEpoch);
    tidy(() => {
      const batches = Array.from({ length: count }, (_, i) => this.#batches.batch(i));
      this.#student.normalize(batches.map(({ samples }) => inputsOf(this.#student.graph, samples)));
    });
  }

  /** Has masks prune a share, by the weights as they are. */
  #prune(sparsity: number): void {
    const sources = this.#student.sources;
    const masks = new Map<TensorId, Mask>();
    for (const [id, source] of sources)
      if (source instanceof MaskedWeights && source.mask) masks.set(id, source.mask);
    const pruned = this.#options.pruning!.prune({ graph: this.#student.result(), masks }, sparsity);
    for (const [id, mask] of pruned.masks) {
      const source = sources.get(id);
      if (source instanceof MaskedWeights) source.mask = mask;
    }
  }

  /** Folds batch normalization, and quantizes from here on. */
  #quantize(): void {
    if (this.#student.isNormalized) this.#adam.reset();
    this.#student.fold();
    tidy(() => {
      const { samples } = this.#batches.batch(this.#step);
      this.#student.quantize(inputsOf(this.#student.graph, samples));
    });
  }
}

function tensorsOf(parameters: readonly Parameter[]): Tensor[] {
  return parameters.map(({ values, shape }) => tensor(values, [...shape]));
}
