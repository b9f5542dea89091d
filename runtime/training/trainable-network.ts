import { type HotWeights, keepHot } from "../hot.js";
import { Network, type Plan, type Weights } from "../network.js";
import type { TensorData } from "../tensor.js";
import type { Learner } from "./learner.js";
import type { Training, TrainingPlan } from "./training.js";
import { adoptBiases, refreshBiases, updateBiases } from "./update-biases.js";
import { adoptWeights, type Master, refreshWeights, updateWeights } from "./update-weights.js";

/** A model some layers of which learn on the device. Generated modules extend it. */
export class TrainableNetwork<Input extends TensorData = TensorData, Output extends TensorData = TensorData>
  extends Network<Input, Output>
  implements Learner
{
  readonly parameters: readonly Int32Array[];
  readonly training: Training;
  /** Deployed weights and biases that are trained, where they are in RAM: what a LearnedStore saves and restores. */
  readonly learned: readonly Uint8Array[];
  /** Samples that were learned from since the last update. */
  samples = 0;
  private readonly learning: TrainingPlan;
  private readonly masters: readonly Master[];

  /**
   * @param hot the weights that are trained, which are copied to RAM
   * @param learning what training does
   */
  constructor(plan: Plan, weights: Weights, hot: HotWeights, learning: TrainingPlan) {
    super(plan, weights);
    keepHot(this.memory, hot);
    const words = new Int32Array(learning.words);
    let biases = 0;
    for (let i = 0; i < learning.biases.length; i++) biases += learning.biases[i].count;
    this.learning = learning;
    this.parameters = learning.parameters.map((length) => new Int32Array(length));
    this.masters = this.parameters.map((it) => ({ words: it, bytes: new Uint8Array(it.buffer) }));
    this.training = {
      memory: this.memory,
      gradients: new Int16Array(learning.gradientLength),
      exponents: new Int32Array(learning.exponents),
      words,
      bytes: new Uint8Array(words.buffer),
      velocities: [],
      biasVelocities: new Int32Array(biases),
      rate: 0x10000,
      label: 0,
      loss: 0,
    };
    this.learned = [
      ...learning.weights.map(({ deployed, rows, columns }) => this.hotBytes(deployed, rows * columns)),
      ...learning.biases.map(({ deployed, count }) => this.hotBytes(4 * deployed, 4 * count)),
    ];
    this.adopt();
  }

  /** Learning rate, as a part of the one that the model was compiled with; it counts for samples from now on. */
  get rate(): number {
    return this.training.rate / 0x10000;
  }

  /** @throws RangeError where it is not from 0 to 1 */
  set rate(part: number) {
    if (!(part >= 0 && part <= 1))
      throw new RangeError(`the learning rate is a part of the compiled one, 0 to 1, not ${part}`);
    this.training.rate = Math.round(part * 0x10000);
  }

  learn(label: number): number {
    const { training, learning } = this;
    if (!(label >= 0 && label < learning.classes && label === (label | 0)))
      throw new RangeError(`there is no output ${label}: the model has ${learning.classes}`);
    training.label = label;
    this.backward();
    return training.loss;
  }

  /**
   * Learns from the sample that was run last as `learn` does, in a part of a model whose loss is made on another board: from the
   * gradients of its outputs, which are in `training`. Those of its inputs are there afterwards.
   */
  backward(): void {
    const { training, learning } = this;
    const { steps } = learning;
    for (let i = 0; i < steps.length; i++) steps[i].kernel(training, steps[i]);
    if (++this.samples === learning.batch) this.apply();
  }

  apply(): void {
    if (this.samples === 0) return;
    this.samples = 0;
    const { training, learning, masters } = this;
    const { weights, biases, decay } = learning;
    for (let i = 0; i < weights.length; i++)
      updateWeights(training, masters[weights[i].parameter], weights[i], decay);
    for (let i = 0; i < biases.length; i++)
      updateBiases(training, masters[biases[i].parameter].words, biases[i], decay);
  }

  refresh(): void {
    const { training, learning, masters } = this;
    const { weights, biases } = learning;
    for (let i = 0; i < weights.length; i++)
      refreshWeights(training, masters[weights[i].parameter], weights[i]);
    for (let i = 0; i < biases.length; i++)
      refreshBiases(training, masters[biases[i].parameter].words, biases[i]);
    this.forget();
  }

  private hotBytes(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.hot!.weights8.buffer, offset, length);
  }

  /** Takes the deployed parameters as masters. As after `refresh()`, there is no velocity and no batch that has begun. */
  adopt(): void {
    const { training, learning, masters } = this;
    const { weights, biases } = learning;
    for (let i = 0; i < weights.length; i++)
      adoptWeights(training, masters[weights[i].parameter], weights[i]);
    for (let i = 0; i < biases.length; i++)
      adoptBiases(training, masters[biases[i].parameter].words, biases[i]);
    this.forget();
  }

  /** Forgets the samples since the last update and all velocity: they are about other parameters. */
  private forget(): void {
    const { training, learning } = this;
    const { weights } = learning;
    this.samples = 0;
    for (let i = 0; i < weights.length; i++) {
      const { rows, velocity } = weights[i];
      for (let row = 0; row < rows; row++) training.velocities[velocity + row] = 0n;
    }
    training.biasVelocities.fill(0);
  }
}
