/** How a constant that layers read is made of what is trained. */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Arrays } from "../checkpoint.js";
import type { Parameter } from "../parameter.js";

export interface WeightSource {
  readonly parameters: readonly Parameter[];
  /**
   * The constant, differentiable.
   *
   * @param parameters the values of `parameters`, in their order
   */
  read(parameters: readonly Tensor[]): Tensor;
  /** The constant as it is now, in the graph's layout. */
  value(): Float32Array;
  /** Multiplies the constant: a factor for each output channel. */
  scale(factors: Float32Array): void;
  /** Whether what it gives needs no rounding where the network is trained as if quantized. */
  readonly roundsItself?: true;
  /** Told before each step which share of the training is over. */
  advance?(progress: number): void;
  /** What it is beside its parameters. */
  save(): Arrays;
  load(arrays: Arrays): void;
}
