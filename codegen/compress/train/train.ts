import type { Graph } from "../../graph/graph.js";
import { useWasm } from "./backend/wasm.js";
import type { TrainingData } from "./batches.js";
import type { Arrays } from "./checkpoint.js";
import type { TrainingOptions } from "./options.js";
import { type Trained, Training } from "./training.js";

/** Who follows a training. */
export interface Follower {
  /** What an earlier training of the same model, data and options was when it was stopped. */
  readonly from?: Arrays;
  /** Called after each step; to wait for what it returns lets others run, and lets it stop the training by throwing. */
  readonly onStep?: (training: Training) => Promise<void>;
}

/**
 * Trains a float graph. The same arguments give the same weights, whether it was interrupted or not.
 *
 * @throws Refusal as `Training` does
 */
export async function train(
  graph: Graph,
  data: TrainingData,
  options: TrainingOptions,
  { from, onStep }: Follower = {},
): Promise<Trained> {
  await useWasm();
  const training = new Training(graph, data, options);
  if (from) training.load(from);
  while (!training.isOver) {
    training.advance();
    await onStep?.(training);
  }
  return training.result();
}
