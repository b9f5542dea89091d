import { expect, it } from "vitest";
import { FAULTLESS, type Faults } from "../../boards/chain/line.js";
import { type ChainJob, runChain } from "../../boards/chain/run-chain.js";
import type { Engine } from "../../boards/engine.js";
import { nodeEngine } from "../../boards/node-engine.js";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { plan } from "../../codegen/plan/plan.js";
import { cutPositions } from "../../codegen/split/cuts.js";
import { stageGraph } from "../../codegen/split/stage-graph.js";
import { describeGolden, goldenFile, goldenModel } from "../golden/golden.js";
import { layoutsOf, packed } from "../pipeline/split-chain.js";
import { chainLinks } from "./chain-links.js";

const FAULTS: Faults = { loss: 0.1, duplication: 0.1, reordering: 0.1, corruption: 0.1, cut: 0.05 };

/** hello_world_int8 in as many stages as it has layers. */
async function jobOf(engine: Engine, faults: Faults): Promise<{ job: ChainJob; expected: Uint8Array[] }> {
  const name = "hello_world_int8";
  const graph = runPasses(importModel(goldenFile(name), `${name}.tflite`));
  const positions = cutPositions(graph).slice(1, -1);
  const ends = [0, ...positions, graph.ops.length];
  const layouts = layoutsOf(graph, positions);
  const sources = await runtimeSources();
  const { vectors } = goldenModel(name, 6);
  const job: ChainJob = {
    stages: layouts.map((layout, i) => ({
      engine,
      artifact: emit(plan(stageGraph(graph, ends[i], ends[i + 1])), "stage", sources),
      module: "stage",
      layout,
      millisecondsPerInstruction: engine === rv32Engine ? 1e-5 : 0,
    })),
    sources,
    seed: 4,
    inputs: vectors.map(({ steps }) => packed(layouts[0].incoming, steps[0])),
    ...chainLinks(positions, faults),
  };
  const { outgoing } = layouts[layouts.length - 1];
  return { job, expected: vectors.map(({ output }) => packed(outgoing, output)) };
}

describeGolden("a chain of boards", () => {
  it.each([
    { engine: nodeEngine, faults: FAULTLESS, what: "sound lines" },
    { engine: nodeEngine, faults: FAULTS, what: "faulty lines" },
    { engine: xsEngine, faults: FAULTS, what: "faulty lines" },
    { engine: rv32Engine, faults: FAULTS, what: "faulty lines" },
  ])("has the golden outputs: $engine.name, $what", async ({ engine, faults }) => {
    const { job, expected } = await jobOf(engine, faults);
    const { outputs, stages } = await runChain(job);
    expect(outputs.map(({ bytes }) => Buffer.from(bytes))).toEqual(expected.map((it) => Buffer.from(it)));
    expect(stages.slice(0, -1).every(({ sentDown }) => sentDown > 0)).toBe(true);
    if (engine !== rv32Engine) return;
    for (const { instructions, layers = [] } of stages)
      expect(instructions).toBeGreaterThan(layers.reduce((sum, it) => sum + it.instructions, 0));
  });

  it("takes the same time again, by the boards' clocks", async () => {
    const { job } = await jobOf(rv32Engine, FAULTS);
    const [one, other] = [await runChain(job), await runChain(job)];
    expect(other.outputs.map(({ bytes }) => bytes)).toEqual(one.outputs.map(({ bytes }) => bytes));
    // Reading the counter takes some instructions more or less: of a million, ten.
    for (const [i, { milliseconds }] of one.outputs.entries())
      expect(other.outputs[i].milliseconds / milliseconds).toBeCloseTo(1, 4);
  });

  it("refuses stages that do not belong together, and says why", async () => {
    const { job } = await jobOf(nodeEngine, FAULTLESS);
    const [first, ...others] = job.stages;
    const wrong = { ...first, layout: { ...first.layout, model: "0".repeat(64) } };
    await expect(runChain({ ...job, stages: [wrong, ...others] })).rejects.toMatchObject({
      problems: [
        { details: { why: expect.stringContaining("model: the peer has a part of another model") } },
      ],
    });
  });
});
