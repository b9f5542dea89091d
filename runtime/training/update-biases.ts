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
    const moved = master[i] - ((speed + half) >> shift);
    master[i] = moved > limit ? limit : moved < 0 - limit ? 0 - limit : moved;
    biasVelocities[velocity + i] = decay === 0 ? 0 : speed - ((speed + slow) >> decay);
  }
  refreshBiases(training, master, biases);
}

/** Derives the deployed biases of their masters. */
export function refreshBiases({ memory }: Training, master: Int32Array, biases: TrainedBiases): void {
  const { count, deployed, fraction } = biases;
  const { weights32 } = memory.hot!;
  const half = fraction > 0 ? 1 << (fraction - 1) : 0;
  for (let i = 0; i < count; i++) weights32[deployed + i] = (master[i] + half) >> fraction;
}

/** Master biases of the deployed ones. */
export function adoptBiases({ memory }: Training, master: Int32Array, biases: TrainedBiases): void {
  const { count, deployed, fraction } = biases;
  const { weights32 } = memory.hot!;
  for (let i = 0; i < count; i++) master[i] = weights32[deployed + i] << fraction;
}
