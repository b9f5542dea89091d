/** One code for all weights: models of one structure exchange their `weights.bin`. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { type Plan, plan } from "../../codegen/plan/plan.js";
import { describeGolden, goldenModel } from "../golden/golden.js";
import { changed, stream } from "./changed-weights.js";
import { dataPlan } from "./data-plan.js";

const UPDATABLE = { isUpdatable: true, isCompact: false };

const MACHINE = { chunkBytes: 96 * 1024, slots: 1152, stackSlots: 512 };

/** What a plan is, but for the bytes of its weights. */
function structure({ layers, arena, sections, planes }: Plan) {
  return {
    layers: layers.map(({ code, parameters, tiles }) => ({
      text: "source" in code ? code.source.text : code.module,
      parameters,
      tiles,
    })),
    sections: sections.map(({ offset, length }) => ({ offset, length })),
    arena: arena.bytes,
    planes,
  };
}

function outputsOf(planned: Plan, inputs: readonly Uint8Array[]): number[][] {
  const network = instantiate(planned);
  return inputs.map((input) => {
    network.input.set(new Int8Array(input.buffer, input.byteOffset, input.length));
    return Array.from(network.run());
  });
}

describeGolden("a keyword spotter whose weights are data", () => {
  const { model, vectors } = goldenModel("kws_ref_int8");
  const graph = runPasses(importModel(model, "kws.tflite"));
  const inputs = vectors.map(({ steps }) => steps[0]);
  const planned = dataPlan(graph, UPDATABLE);
  const next = stream(99);

  it("has the golden outputs", () => {
    const expected = vectors.map(({ output }) => Array.from(output, (byte) => (byte << 24) >> 24));
    for (const isUpdatable of [true, false])
      for (const isCompact of [true, false])
        expect(outputsOf(dataPlan(graph, { isUpdatable, isCompact }), inputs)).toEqual(expected);
  });

  const weights: readonly [what: string, weight: () => number, gain: number][] = [
    ["any", () => (next() % 256) - 128, 0.5],
    ["the least", () => -128, 0.1],
    ["the greatest", () => 127, 0.02],
    ["extreme", () => (next() % 2 ? 127 : -128), 0.3],
    ["few", () => (next() % 8 ? 0 : (next() % 256) - 128), 1.5],
  ];
  it.each(weights)("takes those of another model whose weights are %s", (_, weight, gain) => {
    const other = changed(graph, next, weight, gain);
    const own = dataPlan(other, UPDATABLE);
    expect(structure(own)).toEqual(structure(planned));
    const expected = outputsOf(plan(other, { forms: [] }), inputs);
    expect(outputsOf({ ...planned, weights: own.weights }, inputs)).toEqual(expected);
    expect(expected).not.toEqual(outputsOf(planned, inputs));
  });

  it("takes at most 160 million instructions on a board, as predicted within 5 per cent", async () => {
    const { counters, vectors: found } = await rv32Engine.run({
      artifact: emit(planned, "model", await runtimeSources()),
      module: "model",
      vectors: [[inputs[0]]],
      machine: MACHINE,
    });
    expect(Array.from(found[0].outputs[0])).toEqual(Array.from(vectors[0].output));
    expect(counters.instructions).toBeLessThan(160e6);
    for (const [i, { instructions, inCollections }] of counters.layers!.entries()) {
      const { form, cost } = planned.layers[i];
      if (form === "planes")
        expect(Math.abs(cost.instructions / (instructions - inCollections) - 1), `layer ${i}`).toBeLessThan(
          0.05,
        );
    }
  });

  it("takes at most 120 KB of flash where numbers are compact", async () => {
    const compact = dataPlan(graph, { isUpdatable: false, isCompact: true });
    const { counters } = await rv32Engine.run({
      artifact: emit(compact, "model", await runtimeSources()),
      module: "model",
      vectors: [[inputs[0]]],
      machine: MACHINE,
    });
    const { bytecodeBytes, constantBytes, modelFrozenBytes } = counters.flash!;
    expect(bytecodeBytes + constantBytes + modelFrozenBytes!).toBeLessThan(120_000);
  });
});
