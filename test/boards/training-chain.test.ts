/** Boards that train a model together: the parameters of one process, on every engine. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { boardByName, type ChipBoard } from "../../boards/board.js";
import type { Faults } from "../../boards/chain/line.js";
import { type ChainJob, runChain } from "../../boards/chain/run-chain.js";
import type { Engine } from "../../boards/engine.js";
import { machineOf } from "../../boards/machine.js";
import { nodeEngine } from "../../boards/node-engine.js";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { stageBoard } from "../../boards/stage.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { trainedLayers } from "../../codegen/cli/training/options.js";
import { emit } from "../../codegen/emit/artifact.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { gradientBytes } from "../../runtime/pipeline/training-words.js";
import { inOneProcess, type Sample, trainingChain } from "../pipeline/training-chain.js";
import { RESIDUAL } from "../training/small-nets.js";
import { chainLinks } from "./chain-links.js";

const FAULTS: Faults = { loss: 0.1, duplication: 0.1, reordering: 0.1, corruption: 0.1, cut: 0.05 };

const digits = runPasses(importModel(readFileSync("models/digits/digits.tflite"), "digits.tflite"));

/** What links keep here, at most. */
const BUFFERS = { chunkBytes: 16_384, liveBytes: 8192, garbageBytes: 16_384, slots: 320, driverBytes: 0 };

const board = stageBoard((await boardByName("esp32-c3")) as ChipBoard);

interface Case {
  readonly name: string;
  readonly graph: Graph;
  readonly layers: string;
  readonly cuts: readonly number[];
  readonly engine: Engine;
}

const residual = { name: "residual", graph: RESIDUAL, layers: "dense,third,first", cuts: [3] };
/** A convolution is trained on the first board, and the head on the second one. */
const ofDigits = { name: "digits", graph: digits, layers: "head,parts", cuts: [5] };
const cases: readonly Case[] = [
  { ...residual, engine: nodeEngine },
  { ...ofDigits, engine: xsEngine },
  { ...ofDigits, engine: rv32Engine },
];

/** A batch, and one that is not full. */
const samplesOf = ({ tensors, inputs }: Graph): readonly Sample[] =>
  Array.from({ length: 5 }, (_, sample) => ({
    input: Uint8Array.from(
      { length: tensors[inputs[0]].shape.reduce((a, b) => a * b) },
      (_, i) => (i * 37 + sample * 91) & 255,
    ),
    label: sample % 3,
    isLast: sample === 4,
  }));

it.each(cases)(
  "$name on two boards, $engine.name",
  async ({ graph, layers, cuts, engine }) => {
    const train = { layers: trainedLayers(layers), learningRate: 0.05, momentum: 0.5, batch: 2 };
    const samples = samplesOf(graph);
    const expected = inOneProcess(graph, train, samples);
    const chain = trainingChain(graph, cuts, train, samples, {});
    const sources = await runtimeSources();
    const job: ChainJob = {
      stages: chain.layouts.map((layout, i) => ({
        engine,
        artifact: emit(chain.plans[i], "stage", sources),
        module: "stage",
        layout,
        machine: machineOf(board.place(chain.plans[i], BUFFERS).creation),
        millisecondsPerInstruction: engine === rv32Engine ? 1e-5 : 0,
      })),
      sources,
      seed: 4,
      inputs: samples.map((_, n) => chain.input(n)),
      ...chainLinks(cuts, FAULTS),
    };
    const { outputs, stages } = await runChain(job);
    expect(outputs.map(({ bytes }) => [...bytes])).toEqual(expected.outputs.map((it) => [...it]));
    for (const [i, { report }] of stages.entries())
      expect(report.parameters).toEqual(chain.titlesOf(i).map((title) => expected.learned[title].master));
    // All gradients come back.
    const { received } = chain.layouts[0].training!;
    expect(stages[1].sentUp).toBeGreaterThan(samples.length * gradientBytes(received));
  },
  600_000,
);
