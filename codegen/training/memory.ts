/** What learning takes of RAM, beside the copy of the weights that are trained. */
import { CHUNK_HEADER, chunk } from "../cost/garbage.js";
import type { TrainingPlan } from "./plan-training.js";

const SLOT_BYTES = 16;

/** Slots of the state and its views, and of each list of parameters: an array, its bytes and what holds both. */
const TRAINING_SLOTS = 90;
const PARAMETER_SLOTS = 28;

/** What lives from construction on: masters, velocities, gradients and scratch. */
export function trainingMemory({
  weights,
  parameters,
  gradientLength,
  exponents,
  words,
  biases,
}: TrainingPlan) {
  const arrays = [
    ...parameters.map((length) => 4 * length),
    2 * gradientLength,
    4 * exponents,
    4 * words,
    4 * biases.reduce((sum, { count }) => sum + count, 0),
  ];
  const rows = weights.reduce((sum, it) => sum + it.rows, 0);
  const velocities = weights.reduce((sum, { rows, columns }) => sum + rows * chunk(columns + 1), 0);
  const lists = CHUNK_HEADER + SLOT_BYTES * rows + 2 * (CHUNK_HEADER + SLOT_BYTES * parameters.length);
  return {
    chunkBytes: arrays.reduce((sum, bytes) => sum + CHUNK_HEADER + bytes, 0) + velocities + lists,
    slots: TRAINING_SLOTS + PARAMETER_SLOTS * parameters.length,
  };
}

/** Rows of lanes that live at once while one is updated. */
const ROWS_AT_ONCE = 8;

/** BigInts that live at once, at most, while the device learns. */
export function learningBytes({ weights, steps }: TrainingPlan): number {
  const update = Math.max(0, ...weights.map(({ columns }) => ROWS_AT_ONCE * chunk(columns + 1)));
  const inputs = steps.map(({ stepType, parameters, lanes = 0 }) =>
    stepType === "WindowInputGradientStep" ? (4 + (parameters.outputDepth as number)) * chunk(lanes + 1) : 0,
  );
  return Math.max(update, ...inputs);
}
