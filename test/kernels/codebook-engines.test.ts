/** Layers with a codebook under XS: what loops make, for as many instructions as predicted. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import { elementsOf } from "../../codegen/graph/elements.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { encode } from "../support/graph-builder.js";
import { isValid } from "../support/valid.js";
import { codebookCase } from "./codebook-cases.js";
import { codebookPlan } from "./codebook-plan.js";

const sources = await runtimeSources();
const machine = { chunkBytes: 256 * 1024, slots: 2048, stackSlots: 1024 };

const CASES = 24;

it(`${CASES} random layers: the bits of loops on Node, and the instructions that are predicted`, async () => {
  const kernels = new Set<string>();
  for (const { graph, values } of fc.sample(fc.noBias(codebookCase), { seed: 11, numRuns: CASES })) {
    if (!isValid(graph)) continue;
    const planned = codebookPlan(graph);
    const [{ form, code, cost }] = planned.layers;
    if (form !== "codebook") continue;
    kernels.add("kernel" in code ? code.kernel.name : "");
    const { dtype } = graph.tensors[graph.outputs[0]];
    const job = {
      artifact: emit(planned, "model", sources),
      module: "model",
      vectors: [[encode(values, graph.tensors[graph.inputs[0]].dtype)]],
      machine,
    };
    const network = instantiate(plan(graph, { forms: [] }));
    network.inputs[0].data.set(values);
    network.run();
    for (const engine of [xsEngine, rv32Engine]) {
      const { vectors, counters } = await engine.run(job);
      expect([...elementsOf(dtype, vectors[0].outputs[0])]).toEqual([...network.outputs[0].data]);
      const counted = counters.layers?.[0].instructions;
      // Which way values are rounded and clamped is not predicted: it matters where an output has few products.
      if (counted !== undefined)
        expect(Math.abs(cost.instructions - counted), `${counted}`).toBeLessThan(
          Math.max(0.1 * counted, 20_000),
        );
    }
  }
  expect(kernels.size).toBe(4);
});
