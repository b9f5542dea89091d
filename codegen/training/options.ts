/** What is to be trained on the device, and how. */
import type { TensorId } from "../graph/graph.js";

/** A layer that is trained, or a part of it. */
export interface TrainedLayer {
  /** The operator's name, or `head`: the last one with weights. */
  readonly name: string;
  /** Only its biases. */
  readonly biasOnly?: boolean;
  /** Output channels, the first and the last one; all if not given. */
  readonly channels?: readonly [first: number, last: number];
}

/** Where the gradients of a stage come from and go to, one board of several. `codegen/split/training.ts` makes it. */
export interface StageGradients {
  /** The model's first output, where its loss is made here. */
  readonly output?: TensorId;
  /** Tensors whose gradient the next board makes. */
  readonly received: readonly TensorId[];
  /** Tensors whose gradient is handed to the board before, which trains layers that they come from. */
  readonly handed: readonly TensorId[];
}

export interface TrainOptions {
  readonly layers: readonly TrainedLayer[];
  /** The greatest that the device can learn with. */
  readonly learningRate: number;
  /** 0, or 1 − 2^-k for k from 1 to 6. */
  readonly momentum: number;
  /** Samples between two updates. */
  readonly batch: number;
  /** Of a model in stages; where not given, the model is whole. */
  readonly gradients?: StageGradients;
}

/** Of which docs/training.md tells what they were tried on. */
export const TRAINING_DEFAULTS = { learningRate: 0.02, momentum: 0.875, batch: 8 } as const;

/** The greatest k of a momentum of 1 − 2^-k. */
export const MOST_DECAY = 6;

/** The k of a momentum of 1 − 2^-k, 0 where it is 0; undefined for others. */
export function decayOf(momentum: number): number | undefined {
  if (momentum === 0) return 0;
  const k = -Math.log2(1 - momentum);
  return Number.isInteger(k) && k >= 1 && k <= MOST_DECAY ? k : undefined;
}
