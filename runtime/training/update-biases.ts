import type { TrainedBiases, Training } from "./training.js";

/** Moves master biases by their velocities, and derives the deployed biases. */
export function updateBiases(
  training: Training,
  master: Int32Array,
  biases: TrainedBiases,
  decay: number,
): void {
  const { biasVelocities } = training;
  const { count, velocity, shift, limit } = biases;
  const half = 1 << (shift - 1);
  const slow = decay > 0 ? 1 << (decay - 1) : 0;
  for (let i = 0; i < count; i++) {
    const speed = biasVelocities[velocity + i];
    if (speed === 0) continue;
    master[i] = clamped(master[i] - ((speed + half) >> shift), limit);
    biasVelocities[velocity + i] = decay === 0 ? 0 : speed - ((speed + slow) >> decay);
  }
  refreshBiases(training, master, biases);
}

function clamped(value: number, limit: number): number {
  return value > limit ? limit : value < 0 - limit ? 0 - limit : value;
}

/** Clamps master biases, which may have been written from outside, and derives the deployed biases of them. */
export function refreshBiases({ memory }: Training, master: Int32Array, biases: TrainedBiases): void {
  const { count, deployed, fraction, limit } = biases;
  const { weights32 } = memory.hot!;
  const half = fraction > 0 ? 1 << (fraction - 1) : 0;
  for (let i = 0; i < count; i++) {
    const value = clamped(master[i], limit);
    master[i] = value;
    weights32[deployed + i] = (value + half) >> fraction;
  }
}

/** Master biases of the deployed ones. */
export function adoptBiases({ memory }: Training, master: Int32Array, biases: TrainedBiases): void {
  const { count, deployed, fraction } = biases;
  const { weights32 } = memory.hot!;
  for (let i = 0; i < count; i++) master[i] = weights32[deployed + i] << fraction;
}
