/** Splits of models that are trained: what each stage trains, and what is refused. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { boardByName, type ChipBoard } from "../../boards/board.js";
import { stageBoard } from "../../boards/stage.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { trainedLayers } from "../../codegen/cli/training/options.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { memoryOfPlan } from "../../codegen/plan/creation.js";
import { plan } from "../../codegen/plan/plan.js";
import { formatAll } from "../../codegen/problems/format.js";
import { splitArtifact } from "../../codegen/split/artifact.js";
import { cutPositions } from "../../codegen/split/cuts.js";
import { KnownPlans } from "../../codegen/split/known-plans.js";
import { withLanes } from "../../codegen/split/lanes.js";
import { parseLink } from "../../codegen/split/link.js";
import { split } from "../../codegen/split/split.js";
import { splitModel } from "../../codegen/split/split-model.js";
import { stageTraining } from "../../codegen/split/training.js";
import { trainingMemory } from "../../codegen/training/memory.js";
import type { TrainOptions } from "../../codegen/training/options.js";
import { problemsOf } from "../support/problems.js";
import { RESIDUAL } from "../training/small-nets.js";

const uart = parseLink("uart:3000000");
const c3 = (await boardByName("esp32-c3")) as ChipBoard;
const digits = runPasses(
  importModel(readFileSync("models/digits/digits.tflite"), "models/digits/digits.tflite"),
);
const trainOf = (layers: string): TrainOptions => ({
  layers: trainedLayers(layers),
  learningRate: 0.05,
  momentum: 0.5,
  batch: 4,
});
const ROLLED = { forms: [] };
const THIRD = { positions: [3], shares: digits.ops.map(() => 1), known: new KnownPlans() };
/** "strokes" to "shapes" on one board, and the rest on another. */
const twoStages = (train: TrainOptions) => {
  const board = stageBoard(c3, { ...ROLLED, train });
  return split(digits, [board, board], [uart], "throughput", { only: THIRD });
};

it("a stage trains its own layers, and gradients of all that crosses come back", () => {
  const names = (ids: readonly number[] = []) => ids.map((id) => RESIDUAL.tensors[id].name);
  const parts = [
    [0, 1],
    [1, 4],
    [4, RESIDUAL.ops.length],
  ].map(([first, end]) => {
    const { layers, gradients } = stageTraining(RESIDUAL, trainOf("head,third:bias,first"), first, end)!;
    const { output, received, handed } = gradients!;
    return { layers, received: names(received), handed: names(handed), isLoss: output !== undefined };
  });
  expect(parts).toEqual([
    { layers: [{ name: "first" }], received: ["first"], handed: [], isLoss: false },
    {
      layers: [{ name: "third", biasOnly: true }],
      received: ["first", "third", "shortcut"],
      handed: ["first"],
      isLoss: false,
    },
    { layers: [{ name: "dense" }], received: [], handed: ["first", "third", "shortcut"], isLoss: true },
  ]);
  expect(stageTraining(RESIDUAL, trainOf("head"), 0, 4)).toBeUndefined();
});

it("the heap of a stage holds what it trains, and all stages have a word for labels", async () => {
  const [{ planned: before }, { planned: trained }] = twoStages(trainOf("head,parts")).stages;
  const [, { planned: inferring }] = split(
    digits,
    [stageBoard(c3, ROLLED), stageBoard(c3, ROLLED)],
    [uart],
    "throughput",
    { only: THIRD },
  ).stages;
  expect(before.plan.training).toBeUndefined();
  // Stages ask for large machines whether they train or not.
  const [learns, infers] = [trained, inferring].map(({ plan }) => memoryOfPlan(plan).chunkBytes);
  expect(learns - infers).toBeGreaterThan(trainingMemory(trained.plan.training!).chunkBytes);
  expect(trained.placement.creation.chunk.initial).toBeGreaterThan(learns);
  expect(trained.placement.flashBytes - inferring.placement.flashBytes).toBeGreaterThan(10_000);
  const files = splitArtifact(
    twoStages(trainOf("head,parts")),
    "digits",
    { boards: ["esp32-c3", "esp32-c3"], links: [uart] },
    await runtimeSources(),
  );
  const { stages } = JSON.parse(new TextDecoder().decode(files.get("split.json")));
  expect(stages.map(({ inBytes, outBytes }: Record<string, number>) => [inBytes, outBytes])).toEqual([
    [784 + 4, 784 + 4],
    [784 + 4, 12 + 4],
  ]);
});

it("boards that are to learn otherwise are refused by each other", async () => {
  const sources = await runtimeSources();
  const chain = { boards: ["esp32-c3", "esp32-c3"], links: [uart] };
  const hashOf = (train: TrainOptions) => {
    const files = splitArtifact(twoStages(train), "digits", chain, sources);
    return JSON.parse(new TextDecoder().decode(files.get("split.json"))).hash;
  };
  const train = trainOf("head");
  const others = [
    { ...train, batch: 8 },
    { ...train, momentum: 0.75 },
    { ...train, learningRate: 0.01 },
    trainOf("head:bias"),
    trainOf("parts"),
  ];
  const hashes = [train, ...others].map(hashOf);
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(hashOf(trainOf("logits"))).toBe(hashes[0]);
});

it("gradients do not come back of tensors that are sent as planes", () => {
  const lanes = plan(digits).lanes;
  const train = trainOf("strokes");
  const isSent = cutPositions(digits).map((position) => {
    const codes = problemsOf(() => {
      stageTraining(withLanes(digits, { lanes }), train, position, digits.ops.length);
      return [];
    }).map(({ code }) => code);
    expect([[], ["split-train-cut"]]).toContainEqual(codes);
    return codes.length > 0;
  });
  expect(isSent).toContain(true);
  // Splits of models that are trained send such tensors as bytes.
  const board = stageBoard(c3, { train });
  const { stages } = splitModel(digits, [board, board], [uart], "throughput");
  for (const { planned } of stages)
    for (const { name } of planned.plan.training?.crossing?.received ?? [])
      expect(planned.graph.tensors.find((it) => it.name === name)!.lanes).toBeUndefined();
});

it("layers that are trained are not in parts, and that is said where nothing else fits", () => {
  const { flash } = c3;
  const small: ChipBoard = {
    ...c3,
    name: "small",
    flash: { ...flash, appBytes: { ...flash.appBytes, value: flash.firmwareBytes.value + 9000 } },
  };
  const board = stageBoard(small, { ...ROLLED, train: trainOf("head") });
  const problems = problemsOf(() => {
    splitModel(digits, [board, board], [uart], "throughput");
    return [];
  });
  expect(problems.map(({ code }) => code)).toEqual(["split-too-large", "split-train-parts"]);
  expect(formatAll(problems)[1]).toContain('"logits" would be in parts on several boards');
});
