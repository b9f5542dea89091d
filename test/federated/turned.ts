/** Four boards with the shipped model and different digits, all turned: what its last layer learns, as it is compiled. */
import { readFileSync } from "node:fs";
import { projectPath } from "../../boards/project.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { plan } from "../../codegen/plan/plan.js";
import type { TrainOptions } from "../../codegen/training/options.js";
import { loadDigits } from "../../models/digits/data.js";
import { type Prepared, Replay } from "../../models/training/replay.js";
import { SHIFTS } from "../../models/training/shifts.js";
import type { Compression } from "../../runtime/federated/compression.js";
import { DIGITS } from "./digits.js";
import { type FederatedRound, federate } from "./federation.js";

/** Of each board. */
const SAMPLES = 50;
const HELD = 1000;
export const TURNED_ROUNDS = 50;
/** Samples of a board and round: one batch, after which boards hear from each other, so that they do not drift apart. */
const A_ROUND = 8;
const HEAD = { layers: [{ name: "head" }], batch: A_ROUND };
/** A mean moves by a quarter of what four steps would, and no board has momentum from a round before. */
const ON_BOARDS = { ...HEAD, learningRate: 0.64, momentum: 0 };
const IN_ONE_PLACE = { ...HEAD, learningRate: 0.02, momentum: 0.875 };

const shift = SHIFTS.find(({ name }) => name === "turned 45°")!;
const { training, holdout } = loadDigits();
const data = DIGITS.map((digits) =>
  training.filter(({ label }) => (digits as readonly number[]).includes(label)).slice(0, SAMPLES),
);

/** The model, and digits as its last layer gets them. */
function replayOf(train: TrainOptions) {
  const path = "models/digits/digits.tflite";
  const replay = new Replay(plan(runPasses(importModel(readFileSync(projectPath(path)), path)), { train }));
  const prepared = (pictures: typeof training) => pictures.map((it) => replay.prepare(shift.of(it)));
  return { replay, shown: data.map(prepared), held: prepared(holdout.slice(0, HELD)) };
}

/** The shares of held-out digits that are right before anything is learned, and after as much in one place as boards learn in all rounds. */
export function turnedInOnePlace(): { readonly before: number; readonly after: number } {
  const { replay, shown, held } = replayOf(IN_ONE_PLACE);
  const before = replay.accuracy(held);
  for (let n = 0; n < TURNED_ROUNDS * A_ROUND; n++)
    replay.learn(shown.map((samples) => samples[n % SAMPLES]));
  return { before, after: replay.accuracy(held) };
}

/** The share that is right after all rounds. */
export function turnedFederated(compression: Compression): {
  readonly after: number;
  readonly rounds: readonly FederatedRound[];
} {
  const { replay, shown, held } = replayOf(ON_BOARDS);
  const boards = shown.map((samples) => boardOf(samples));
  const rounds = federate({
    coordinator: { learner: replay.model, rounds: TURNED_ROUNDS, compression },
    boards,
  });
  return { after: replay.accuracy(held), rounds };
}

function boardOf(samples: readonly Prepared[]) {
  const { replay } = replayOf(ON_BOARDS);
  let at = 0;
  let left = 0;
  return {
    learner: replay.model,
    begin: () => {
      left = A_ROUND;
    },
    train: () => {
      if (left-- === 0) return 0;
      replay.learn([samples[at++ % SAMPLES]]);
      return 1;
    },
  };
}
