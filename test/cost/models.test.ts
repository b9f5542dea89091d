/** Whole models in the forms that the planner chooses, with the zeros of their inputs, collections included. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { compile } from "../../codegen/compile.js";
import { describeGolden, goldenModel } from "../golden/golden.js";
import { expectPredicted } from "../support/predicted.js";

const sources = await runtimeSources();

/** Models, KiB of chunks that they get, and collections that two vectors cause at least. */
const MODELS = [
  ["hello_world_int8", 96, 0],
  ["ad01_int8", 96, 10],
  ["kws_ref_int8", 96, 200],
  ["micro_speech_int8", 96, 10],
  ["magic_wand_int8", 96, 20],
  ["person_detect_int8", 128, 200],
  ["resnet8_int8", 128, 200],
] as const;

describeGolden("whole models are predicted for two vectors", () => {
  it.each(MODELS)("%s", { timeout: 120_000 }, async (name, kibibytes, collections) => {
    const chunkBytes = kibibytes * 1024;
    const { model, vectors } = goldenModel(name, 2);
    const compiled = compile(model, `${name}.tflite`, sources, { chunkBytes, flashBytes: 2_000_000 });
    const { artifact, module } = compiled;
    const machine = { chunkBytes, slots: 512, stackSlots: 512 };
    const steps = vectors.flatMap((vector) => vector.steps);
    const { counters } = await rv32Engine.run({ artifact, module, vectors: [steps], machine });
    expect(counters.heap!.collections).toBeGreaterThanOrEqual(collections);
    expectPredicted(compiled, steps, counters, machine);
  });
});
