/** Four boards with the shipped model and different digits, all turned: what its last layer learns, as it is compiled. */
import { readFileSync } from "node:fs";
import { projectPath } from "../../boards/project.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { plan } from "../../codegen/plan/plan.js";
import type { TrainOptions } from "../../codegen/training/options.js";
import { loadDigits } from "../../models/digits/data.js";
import type { Picture } from "../../models/support/picture.js";
import { type Prepared, Replay } from "../../models/training/replay.js";
import { SHIFTS } from "../../models/training/shifts.js";
import type { Compression } from "../../runtime/federated/compression.js";
import { type FederatedRound, federate } from "./federation.js";

/** Which digits a board has seen; none has seen another's. */
const DIGITS: readonly (readonly number[])[] = [
  [0, 1, 2],
  [3, 4],
  [5, 6, 7],
  [8, 9],
];
/** Of each board. */
const SAMPLES = 50;
export const ROUNDS = 50;
/** Samples of a board and round: one batch, after which boards hear from each other, so that they do not drift apart. */
export const A_ROUND = 8;

const HEAD = { layers: [{ name: "head" }] };
/** A mean moves by a quarter of what four steps would, and no board has momentum from a round before. */
export const ON_BOARDS: TrainOptions = { ...HEAD, batch: A_ROUND, learningRate: 0.64, momentum: 0 };
/** SGD as on one board, without momentum, and with a batch from all boards as a round has it. */
const IN_ONE_PLACE: readonly TrainOptions[] = [
  { ...HEAD, batch: 8, learningRate: 0.02, momentum: 0.875 },
  { ...HEAD, batch: 8, learningRate: 0.16, momentum: 0 },
  { ...HEAD, batch: 32, learningRate: 0.64, momentum: 0 },
];

const PATH = "models/digits/digits.tflite";
/** The shipped model after the passes. */
export const graph = runPasses(importModel(readFileSync(projectPath(PATH)), PATH));

const shift = SHIFTS.find(({ name }) => name === "turned 45°")!;
const { training, holdout } = loadDigits();

/** The pictures of each board. */
export const pictures: readonly (readonly Picture[])[] = DIGITS.map((digits) =>
  training
    .filter(({ label }) => digits.includes(label))
    .slice(0, SAMPLES)
    .map((picture) => shift.of(picture)),
);

const replayOf = (train: TrainOptions) => new Replay(plan(graph, { train }));

/** Of each board, and of nobody: as the last layer gets them, whatever it is trained with. */
let prepared: { readonly shown: readonly (readonly Prepared[])[]; readonly held: readonly Prepared[] };
function samples(): typeof prepared {
  const replay = replayOf(ON_BOARDS);
  prepared ??= {
    shown: pictures.map((all) => all.map((it) => replay.prepare(it))),
    held: holdout.map((it) => replay.prepare(shift.of(it))),
  };
  return prepared;
}

/** The share of held-out digits that the model gets right, with these parameters if any are given. */
export function accuracy(parameters?: readonly Int32Array[]): number {
  const replay = replayOf(ON_BOARDS);
  for (const [t, tensor] of (parameters ?? []).entries()) replay.model.parameters[t].set(tensor);
  replay.model.refresh();
  return replay.accuracy(samples().held);
}

/** The share that is right after all samples were learned from in one place, as often as boards do: the best that was found. */
export function accuracyInOnePlace(): number {
  const { shown, held } = samples();
  return Math.max(
    ...IN_ONE_PLACE.map((options) => {
      const replay = replayOf(options);
      for (let n = 0; n < ROUNDS * A_ROUND; n++) replay.learn(shown.map((own) => own[n % SAMPLES]));
      return replay.accuracy(held);
    }),
  );
}

/** The federation on Node. @returns what all rounds came to */
export function federatedTurned(
  compression: Compression,
  rounds = ROUNDS,
): { readonly parameters: readonly Int32Array[]; readonly rounds: readonly FederatedRound[] } {
  const learner = replayOf(ON_BOARDS).model;
  const boards = samples().shown.map(boardOf);
  const done = federate({ coordinator: { learner, rounds, compression }, boards });
  return { parameters: learner.parameters, rounds: done };
}

/** A board that goes on through its samples from round to round. */
function boardOf(own: readonly Prepared[]) {
  const replay = replayOf(ON_BOARDS);
  let at = 0;
  let left = 0;
  return {
    learner: replay.model,
    begin: () => {
      left = A_ROUND;
    },
    train: () => {
      if (left-- === 0) return 0;
      replay.learn([own[at++ % SAMPLES]]);
      return 1;
    },
  };
}
