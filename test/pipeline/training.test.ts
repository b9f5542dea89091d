/** Models in stages that train on faulty lines: the very parameters of one process. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { trainedLayers } from "../../codegen/cli/training/options.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { loadDigits } from "../../models/digits/data.js";
import { SHIFTS } from "../../models/training/shifts.js";
import { RESHAPED, RESIDUAL } from "../training/small-nets.js";
import { DEADLINE, type Schedule, simulate } from "./simulator.js";
import { inOneProcess, type Sample, trainingChain } from "./training-chain.js";

const FAULTS = { loss: 0.15, duplication: 0.1, reordering: 0.1, corruption: 0.1, cut: 0.05 };

const schedule = (seed: number, boards: number, messages: number): Schedule => ({
  seed,
  boards,
  messages,
  bytes: 0,
  passing: 0,
  faults: FAULTS,
  reboots: 0,
  dead: undefined,
});

const digits = runPasses(
  importModel(readFileSync("models/digits/digits.tflite"), "models/digits/digits.tflite"),
);
const [, turned] = SHIFTS;
/** The last batch has three samples; two are run without being learned from. */
const DIGITS: readonly Sample[] = loadDigits()
  .training.slice(0, 21)
  .map((picture, i, all) => ({
    input: Uint8Array.from(turned.of(picture).pixels, (pixel) => pixel - 128),
    ...(i % 10 !== 7 && { label: picture.label }),
    isLast: i === all.length - 1,
  }));
const SMALL: readonly Sample[] = Array.from({ length: 9 }, (_, sample) => ({
  input: Uint8Array.from({ length: 98 }, (_, i) => (i * 37 + sample * 91) & 255),
  label: sample % 3,
  isLast: sample === 4,
}));

const trainOf = (layers: string, batch: number) => ({
  layers: trainedLayers(layers),
  learningRate: 0.05,
  momentum: 0.5,
  batch,
});

interface Case {
  readonly name: string;
  readonly graph: Graph;
  readonly layers: string;
  readonly samples: readonly Sample[];
  readonly batch: number;
  readonly cuts: readonly number[];
}

const OF_DIGITS = { name: "digits", graph: digits, samples: DIGITS, batch: 4 };
const OF_RESIDUAL = { name: "residual", graph: RESIDUAL, samples: SMALL, batch: 2 };
const cases: readonly Case[] = [
  // The loss and the head on one board, and nothing but inference on the other; the head behind a cut of its own.
  { ...OF_DIGITS, layers: "head", cuts: [4] },
  { ...OF_DIGITS, layers: "head", cuts: [3, 7] },
  { ...OF_DIGITS, layers: "head,parts", cuts: [5] },
  { ...OF_DIGITS, layers: "head,parts", cuts: [4, 6] },
  { ...OF_DIGITS, layers: "shapes_depthwise,logits:bias", cuts: [4, 5, 7] },
  // Residual edges cross, alone and beside the branch, and pass a stage.
  ...[[1], [2], [3], [4], [1, 2, 3, 4], [5], [6], [7], [2, 5], [4, 8]].map((cuts) => ({
    ...OF_RESIDUAL,
    layers: "dense,fourth,bypass,shortcut:0-1,third,second:bias,first",
    cuts,
  })),
  // A tensor and the same in another shape cross.
  ...[[1], [2], [4]].map((cuts) => ({
    ...{ name: "reshaped", graph: RESHAPED, samples: SMALL, batch: 2 },
    ...{ layers: "other,one,first", cuts },
  })),
  // Gradients pass stages that train nothing.
  { ...OF_RESIDUAL, layers: "first", cuts: [1, 2, 3, 4, 5, 6, 8, 10] },
];

it.each(cases)("$name in stages, cut at $cuts, $layers", ({ graph, layers, samples, batch, cuts }) => {
  const train = trainOf(layers, batch);
  const expected = inOneProcess(graph, train, samples);
  const untrained = inOneProcess(graph, train, []).learned;
  const chain = trainingChain(graph, cuts, train, samples);
  for (const seed of [1, 2]) {
    const { outputs, failures } = simulate(schedule(seed, cuts.length + 1, samples.length), chain);
    expect(failures).toEqual([]);
    expect(outputs.map((it) => [...it])).toEqual(expected.outputs.map((it) => [...it]));
    expect(chain.learned()).toEqual(expected.learned);
  }
  for (const [what, { master }] of Object.entries(expected.learned))
    expect(master, what).not.toEqual(untrained[what].master);
});

it.each([
  { ...OF_RESIDUAL, layers: "dense,first", cuts: [2, 5] },
  // Boards before the first that trains join again.
  { ...OF_RESIDUAL, layers: "dense", cuts: [2, 5] },
])("$layers: boards that start anew make no other parameters", (given) => {
  const { graph, layers, samples, batch, cuts } = given;
  const train = trainOf(layers, batch);
  const expected = inOneProcess(graph, train, samples);
  const chain = trainingChain(graph, cuts, train, samples);
  const ends = new Set<string>();
  for (let seed = 1; seed <= 60; seed++) {
    const { outputs, failures } = simulate(
      {
        ...schedule(seed, cuts.length + 1, samples.length),
        reboots: 1 + (seed % 3),
        isKeyed: seed % 2 === 0,
      },
      chain,
    );
    for (const [n, output] of outputs.entries())
      expect([...output], `seed ${seed}, message ${n}`).toEqual([...expected.outputs[n]]);
    for (const { reason } of failures) ends.add(reason);
    if (failures.length > 0) continue;
    ends.add("whole");
    expect(chain.learned(), `seed ${seed}`).toEqual(expected.learned);
  }
  // What was learned is lost with a board that trains.
  expect(ends).toEqual(new Set(["whole", "state"]));
});

it("a board that never comes back, and labels that the model has not", () => {
  const train = trainOf("dense,first", 2);
  const chain = trainingChain(RESIDUAL, [3], train, SMALL);
  const dead = { board: 1, at: 150 };
  const { failures, time } = simulate({ ...schedule(1, 2, SMALL.length), dead }, chain);
  expect(failures.map(({ reason }) => reason)).toEqual(["stalled"]);
  expect(time).toBeLessThan(2 * DEADLINE);
  const wrong = trainingChain(RESIDUAL, [3], train, [{ ...SMALL[0], label: 3 }]);
  expect(simulate(schedule(1, 2, 1), wrong).failures).toEqual([
    { reason: "layout", message: "message 0 has the label 3 of 3 outputs" },
  ]);
});
