/** Layers of planes under XS: the tensors that loops make. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import { report } from "../../codegen/emit/report.js";
import { plan } from "../../codegen/plan/plan.js";
import { observed } from "../support/observed.js";
import { planesCase, planesModel } from "./planes-graphs.js";

vi.mock("../../codegen/plan/choose.js", () => import("./planes-forms.js"));

const sources = await runtimeSources();
const machine = { chunkBytes: 256 * 1024, slots: 2048, stackSlots: 1024 };

it.each([
  ["60 random graphs", 60, 43, false],
  ["40 random graphs of int16", 40, 44, true],
] as const)(
  "%s have the same tensors in planes on XS as in loops on Node",
  async (_, graphs, seed, isWide) => {
    let inPlanes = 0;
    for (const [i, it] of fc.sample(fc.noBias(planesCase), { seed, numRuns: graphs }).entries()) {
      const { graph, input } = planesModel(it, isWide);
      // The usual artifact of every second graph: tensors at rest are planes alone.
      const planned = plan(graph, { observable: i % 2 === 0 });
      if (planned.layers.some(({ form }) => form === "planes")) inPlanes++;
      const { tensors } = report(planned, "model");
      const { vectors } = await xsEngine.run({
        artifact: emit(planned, "model", sources),
        module: "model",
        vectors: [[new Uint8Array(Int8Array.from(input).buffer)]],
        trace: tensors.map(({ id, layer, offset, bytes }) => ({ id, layer, offset, length: bytes })),
        machine,
      });
      const rolled = observed(plan(graph, { forms: [], observable: true }), input);
      for (const [id, bytes] of vectors[0].trace)
        expect([...bytes], `graph ${i}, tensor ${id}`).toEqual([...rolled.get(id)!]);
      for (const id of graph.outputs) expect(vectors[0].trace.has(id)).toBe(true);
    }
    expect(inPlanes).toBeGreaterThan(0.9 * graphs);
  },
);
