import { expect, it } from "vitest";
import { engineByName } from "../../boards/index.js";
import { readManifest } from "../../boards/xs/manifest.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { compile } from "../../codegen/compile.js";
import { archiveBytes } from "../../codegen/cost/archive.js";
import { residentOf } from "../../codegen/cost/resident.js";
import type { PlanOptions } from "../../codegen/plan/options.js";
import { describeGolden, goldenFile } from "../golden/golden.js";

const ROOM = { chunkBytes: 1 << 20, slots: 20_000, stackSlots: 1024 };

/** What is predicted of a model's modules, and what XS counts: as a mod more than as firmware. */
async function counted(name: string, options: PlanOptions) {
  const { artifact, module, plan } = compile(
    goldenFile(name),
    `${name}.tflite`,
    await runtimeSources(),
    options,
  );
  const texts = [...readManifest(artifact).modules].map(
    ([specifier, path]) => [specifier, new TextDecoder().decode(artifact.get(path)!)] as const,
  );
  const modules = new Map(texts);
  const job = { artifact, module, vectors: [], machine: ROOM };
  const engine = engineByName("qemu-rv32");
  const [mod, firmware] = [await engine.run({ ...job, isMod: true }), await engine.run(job)];
  const [own, without] = [mod.counters.heap!, firmware.counters.heap!];
  const { bytecodeBytes, constantBytes } = mod.counters.flash!;
  return {
    predicted: residentOf(modules),
    slots: own.loadedSlots - without.loadedSlots,
    chunkBytes: own.loadedChunkBytes - without.loadedChunkBytes,
    archive: bytecodeBytes + constantBytes,
    predictedArchive: archiveBytes(modules, [plan.weights.length]),
  };
}

describeGolden("what the modules of a mod take", () => {
  const all: readonly (readonly [string, PlanOptions])[] = [
    ["hello_world_int8", {}],
    ["kws_ref_int8", { forms: ["rolled"] }],
    ["kws_ref_int8", {}],
    ["kws_ref_int8", { isMod: true }],
    ["magic_wand_int8", {}],
    ["mnist_lstm_int8", { isMod: true }],
  ];
  it.each(all)("%s, planned with %o", async (name, options) => {
    const { predicted, slots, chunkBytes, archive, predictedArchive } = await counted(name, options);
    // The driver is firmware that has some of the names; an application may have none.
    expect(slots).toBeLessThanOrEqual(predicted.slots);
    expect(slots + 40).toBeGreaterThan(0.95 * predicted.slots);
    expect(chunkBytes).toBeLessThanOrEqual(1.01 * predicted.chunkBytes);
    expect(chunkBytes + 800).toBeGreaterThan(0.97 * predicted.chunkBytes);
    expect(predictedArchive / archive).toBeGreaterThan(0.95);
    expect(predictedArchive / archive).toBeLessThan(1.2);
  });
});
