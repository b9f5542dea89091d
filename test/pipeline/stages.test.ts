/** Models in stages on faulty lines: the bytes that one board computes. */
import { expect, it } from "vitest";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { crossing, cutPositions } from "../../codegen/split/cuts.js";
import { Results, Sensor } from "../../runtime/pipeline/ends.js";
import { Stage } from "../../runtime/pipeline/stage.js";
import { describeGolden, goldenFile, goldenModel } from "../golden/golden.js";
import { arithmeticChain, type Chain } from "./chain.js";
import { type Schedule, simulate } from "./simulator.js";
import { splitChain } from "./split-chain.js";

/** Fast here. */
const ROLLED = { forms: [] };
const FAULTS = { loss: 0.15, duplication: 0.1, reordering: 0.1, corruption: 0.1, cut: 0.05 };

const plan = (seed: number, boards: number, messages: number, reboots: number): Schedule => ({
  seed,
  boards,
  messages,
  bytes: 0,
  passing: 0,
  faults: FAULTS,
  reboots,
  dead: undefined,
});

function expectWhole(chain: Chain, schedule: Schedule): void {
  const { outputs, failures } = simulate(schedule, chain);
  expect(failures).toEqual([]);
  expect(outputs).toHaveLength(schedule.messages);
  for (const [n, output] of outputs.entries())
    expect(Buffer.compare(output, chain.expected(n)), `message ${n}`).toBe(0);
}

describeGolden(
  "a model in stages, on faulty lines, with boards that start anew, has the golden outputs",
  () => {
    it.each([
      ["kws_ref_int8", 2],
      ["kws_ref_int8", 4],
      ["magic_wand_int8", 3],
      ["resnet8_int8", 2],
    ])("%s on %d boards", (name, boards) => {
      const graph = runPasses(importModel(goldenFile(name), `${name}.tflite`));
      const vectors = goldenModel(name, 4).vectors.filter(({ steps }) => steps.length === 1);
      const open = cutPositions(graph).slice(1, -1);
      // Where most tensors cross, and before and behind it.
      const widest = open.toSorted((a, b) => crossing(graph, b).length - crossing(graph, a).length)[0];
      const positions = [widest, ...open.filter((it) => it !== widest)]
        .slice(0, boards - 1)
        .sort((a, b) => a - b);
      const chain = splitChain(
        graph,
        positions,
        vectors.map(({ steps }) => steps[0]),
        vectors.map(({ output }) => output),
      );
      for (const seed of [1, 2]) expectWhole(chain, plan(seed, boards, vectors.length, seed));
    });
  },
);

describeGolden("a stage with state", () => {
  const name = "mww_v2_hey_jarvis";
  const chainOf = () => {
    const graph = runPasses(importModel(goldenFile(name), `${name}.tflite`));
    const { steps, output } = goldenModel(name, 1).vectors[0];
    const length = output.length / steps.length;
    const outputs = steps.map((_, i) => output.subarray(i * length, (i + 1) * length));
    const open = cutPositions(graph).slice(1, -1);
    return {
      count: steps.length,
      chain: splitChain(graph, [open[open.length >> 1]], steps, outputs, ROLLED),
    };
  };

  it("has the golden outputs", () => {
    const { count, chain } = chainOf();
    expectWhole(chain, plan(3, 2, Math.min(12, count), 0));
  });

  it("ends where it has started anew: never a wrong answer", () => {
    const { count, chain } = chainOf();
    const reasons = [1, 2, 3, 4].flatMap((seed) => {
      const { outputs, failures } = simulate(plan(seed, 2, count, 3), chain);
      for (const [n, output] of outputs.entries())
        expect(Buffer.compare(output, chain.expected(n)), `message ${n}`).toBe(0);
      if (failures.length === 0) expect(outputs).toHaveLength(count);
      return failures.map(({ reason }) => reason);
    });
    expect(new Set(reasons)).toEqual(new Set(["state"]));
  });
});

const ends = (chain: Chain, bytes = chain.input(0)) => ({
  network: chain.network(0),
  layout: chain.layouts[0],
  from: new Sensor(() => bytes),
  to: new Results(() => {}),
});

it("a layout of another network is refused", () => {
  const [one, other] = [arithmeticChain(1, 8, 0), arithmeticChain(1, 12, 0)];
  expect(() => new Stage({ ...ends(one), layout: other.layouts[0] })).toThrow(
    "the network's inputs have 8 bytes, in the layout 12",
  );
});

it("a message of another length ends the stage", () => {
  const stage = new Stage(ends(arithmeticChain(1, 8, 0), new Uint8Array(12)));
  expect(stage.poll(0)).toBe(false);
  expect(stage.failure).toEqual({ reason: "layout", message: "message 0 has 12 bytes and not 8" });
});
