/** Collects what is trained while steps are planned, and says where each velocity and master is. */
import type { TrainedBiases, TrainedWeights } from "../../runtime/training/training.js";

/** Without `all()`, which the emitter writes. */
export type PlannedWeights = Omit<TrainedWeights, "all"> & { readonly name: string };
export type PlannedBiases = TrainedBiases & { readonly name: string };

export class Parameters {
  readonly weights: PlannedWeights[] = [];
  readonly biases: PlannedBiases[] = [];
  /** Numbers of parameters of each. */
  readonly lengths: number[] = [];
  #velocities = 0;
  #biases = 0;

  /** @returns the place of the first row's velocity */
  addWeights(weights: Omit<PlannedWeights, "velocity" | "parameter">): number {
    const velocity = this.#velocities;
    this.#velocities += weights.rows;
    this.weights.push({ ...weights, velocity, parameter: this.lengths.length });
    this.lengths.push(weights.rows * weights.columns);
    return velocity;
  }

  /** @returns the place of the first bias's velocity */
  addBiases(biases: Omit<PlannedBiases, "velocity" | "parameter">): number {
    const velocity = this.#biases;
    this.#biases += biases.count;
    this.biases.push({ ...biases, velocity, parameter: this.lengths.length });
    this.lengths.push(biases.count);
    return velocity;
  }
}
