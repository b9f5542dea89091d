/** Whole models in the forms that the planner chooses, collections included. */
import { expect, it } from "vitest";
import type { Machine } from "../../boards/engine.js";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { compile } from "../../codegen/compile.js";
import { describeGolden, goldenModel } from "../golden/golden.js";
import { expectPredicted } from "../support/predicted.js";

const sources = await runtimeSources();

const machine: Machine = { chunkBytes: 96 * 1024, slots: 512, stackSlots: 512 };

describeGolden("whole models are predicted", () => {
  it.each(["kws_ref_int8"])("%s", async (name) => {
    const golden = goldenModel(name, 1);
    const { plan, artifact, module } = compile(golden.model, `${name}.tflite`, sources);
    const vectors = golden.vectors.map(({ steps }) => steps);
    const { counters } = await rv32Engine.run({ artifact, module, vectors, machine });
    expect(counters.heap!.collections).toBeGreaterThan(0);
    expectPredicted(plan, counters, machine);
  });
});
