/** What training passes are made of: steps over one state, last layer first. docs/training.md has the arithmetic. */
import type { Memory } from "../layer.js";

/** What the steps of a backward pass work on. */
export interface Training {
  /** The network's: activations in the arena, and `hot` with the weights that are trained. */
  readonly memory: Memory;
  /** Mantissas of the gradients of activations. */
  readonly gradients: Int16Array;
  /** Of each gradient: real = mantissa · 2^exponent. */
  readonly exponents: Int32Array;
  /** A step's own: sums, inputs of a window. And its bytes. */
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** What weights are about to be moved by, a row of lanes of 32 bits in each; units are finer than the weights' by `shift` bits. */
  readonly velocities: bigint[];
  /** The same of biases, of all layers. */
  readonly biasVelocities: Int32Array;
  /** Learning rate, as a part of the greatest, in units of 2^-16. */
  rate: number;
  label: number;
  loss: number;
}

/** One step of a backward pass: a kernel and its constants, which each kernel's own interface adds. */
export interface BackwardStep {
  /** The model's name of the layer. */
  readonly name: string;
  kernel(training: Training, step: BackwardStep): void;
}

/** Where a gradient lies. */
export interface GradientPlace {
  /** In `gradients`. */
  readonly gradient: number;
  /** In `exponents`. */
  readonly exponent: number;
}

/** A step that makes the gradient of a layer's input. */
export interface InputGradientStep extends BackwardStep, GradientPlace {
  readonly to: number;
  readonly toExponent: number;
  readonly toLength: number;
  /** Whether the tensor has other users whose gradient is there: this one is added. */
  readonly adds: boolean;
}

/** Weights that are trained: rows of lanes, an output channel each, or all of a depthwise layer in one. */
export interface TrainedWeights {
  readonly rows: number;
  readonly columns: number;
  /** 1 in each of `columns` lanes of 32 bits. */
  all(): bigint;
  /** Of the first row in `velocities`. */
  readonly velocity: number;
  /** In `parameters`. */
  readonly parameter: number;
  /** Of the first weight in the bytes of `memory.hot`. */
  readonly deployed: number;
  /** Bits by which velocities are finer than weights; at least 2. */
  readonly shift: number;
}

/** Biases that are trained. */
export interface TrainedBiases {
  readonly count: number;
  /** Of the first one in `biasVelocities`. */
  readonly velocity: number;
  readonly parameter: number;
  /** Of the first one in the words of `memory.hot`. */
  readonly deployed: number;
  readonly shift: number;
  /** Bits by which a master bias is finer than what is deployed. */
  readonly fraction: number;
  /** What a master bias stays within, so that no sum leaves int32. */
  readonly limit: number;
}

/** What a generated module hands to TrainableNetwork. */
export interface TrainingPlan {
  /** The gradient of the loss first, where that is made here, then layer by layer from the last to the first that is trained. */
  readonly steps: readonly BackwardStep[];
  readonly weights: readonly TrainedWeights[];
  readonly biases: readonly TrainedBiases[];
  /** Numbers of parameters, in the order of `Learner.parameters`. */
  readonly parameters: readonly number[];
  readonly gradientLength: number;
  readonly exponents: number;
  readonly words: number;
  /** Samples between updates, at most. */
  readonly batch: number;
  /** Velocities lose 2^-decay of themselves with each update; all, where it is 0. */
  readonly decay: number;
  /** Number of classes; 0 in a part of a model whose loss is made on another board. */
  readonly classes: number;
}
