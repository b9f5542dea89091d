/** Four boards that know different digits, and what the same data comes to in one place. */
import { loadDigits } from "../../models/digits/data.js";
import type { BoardOptions } from "../../runtime/federated/board.js";
import type { Compression } from "../../runtime/federated/compression.js";
import { type FederatedRound, federate } from "./federation.js";
import { inputOf, SoftmaxLearner } from "./softmax-learner.js";

interface Sample {
  readonly input: Int32Array;
  readonly label: number;
}

/** Which digits a board has seen; none has seen another's. */
export const DIGITS = [
  [0, 1, 2],
  [3, 4],
  [5, 6, 7],
  [8, 9],
] as const;
const SAMPLES = 250;

export const ROUNDS = 100;
/** What a board trains on in a round. */
export const A_ROUND = 20;
export const RATE_SHIFT = 9;

const { training, holdout } = loadDigits();
const sampleOf = (picture: (typeof training)[number]): Sample => ({
  input: inputOf(picture),
  label: picture.label,
});
const held = holdout.map(sampleOf);

/** What each board has. */
export const data: readonly (readonly Sample[])[] = DIGITS.map((digits) =>
  training
    .filter(({ label }) => (digits as readonly number[]).includes(label))
    .slice(0, SAMPLES)
    .map(sampleOf),
);

/** The part of digits that nobody trained on which is recognized. */
export function accuracy(learner: SoftmaxLearner): number {
  return held.filter(({ input, label }) => learner.classify(input) === label).length / held.length;
}

/**
 * All samples in one place, one board's after another's, as often as the boards see them. As fast as a board learns, and four
 * times as slow, as the average of four boards moves: whichever is better.
 */
export function centralAccuracy(): number {
  return Math.max(
    ...[RATE_SHIFT, RATE_SHIFT + 2].map((shift) => {
      const learner = new SoftmaxLearner(shift);
      for (let n = 0; n < ROUNDS * A_ROUND; n++)
        for (const samples of data) {
          const { input, label } = samples[n % samples.length];
          learner.learn(input, label);
        }
      return accuracy(learner);
    }),
  );
}

/** A board that goes on through its samples from round to round. */
export function trainer(samples: readonly Sample[]): Pick<BoardOptions, "learner" | "begin" | "train"> {
  const learner = new SoftmaxLearner(RATE_SHIFT);
  let at = 0;
  let left = 0;
  return {
    learner,
    begin: () => {
      left = A_ROUND;
    },
    train: () => {
      if (left-- === 0) return 0;
      const { input, label } = samples[at++ % samples.length];
      learner.learn(input, label);
      return 1;
    },
  };
}

/** @returns what all rounds came to */
export function federatedDigits(
  compression: Compression,
  rounds = ROUNDS,
): { readonly learner: SoftmaxLearner; readonly rounds: readonly FederatedRound[] } {
  const learner = new SoftmaxLearner();
  const done = federate({ coordinator: { learner, rounds, compression }, boards: data.map(trainer) });
  return { learner, rounds: done };
}
