/** The digits network quantized in the 16x8 scheme: fast forms, the bits of loops, and what is predicted for a board. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { compileGraph } from "../../codegen/compile.js";
import { quantize } from "../../codegen/compress/quantize/quantize.js";
import { importModel } from "../../codegen/import/import-model.js";
import { plan } from "../../codegen/plan/plan.js";
import { integers } from "../support/arbitraries.js";
import { dequantized } from "../support/dequantized.js";
import { encode } from "../support/graph-builder.js";
import { observed } from "../support/observed.js";
import { expectPredicted } from "../support/predicted.js";

const DIGITS = resolve(import.meta.dirname, "../../models/digits/digits.tflite");
const machine = { chunkBytes: 96 * 1024, slots: 512, stackSlots: 512 };

/** Pixels from 0 to 1, a third of them 0. */
function pixels(seed: number): number[] {
  return integers({ kind: "random", seed }, 784, 0, -16384, 32767).map((it) => Math.max(0, it) / 32767);
}

it("digits in 16x8 takes planes and columns, as predicted", async () => {
  const float = dequantized(importModel(readFileSync(DIGITS), "digits.tflite"));
  const samples = [1, 2, 3].map((seed) => [Float32Array.from(pixels(seed))]);
  const { graph } = quantize(float, samples, { scheme: "16x8" });
  const sources = await runtimeSources();
  const compiled = compileGraph(graph, "digits", sources, { chunkBytes: machine.chunkBytes });
  expect(compiled.plan.layers.map(({ form }) => form).slice(0, 4)).toEqual([
    "planes",
    "planes",
    "planes",
    "columns",
  ]);
  const [scale] = graph.tensors[graph.inputs[0]].quantization!.scales;
  const input = encode(
    pixels(4).map((it) => Math.min(32767, Math.round(it / scale))),
    "int16",
  );
  const { artifact, module } = compiled;
  const { vectors, counters } = await rv32Engine.run({ artifact, module, vectors: [[input]], machine });
  const rolled = observed(plan(graph, { forms: [] }), [...input]);
  expect([...vectors[0].outputs[0]]).toEqual([...rolled.get(graph.outputs[0])!]);
  expectPredicted(compiled, [input], counters, machine);
});
