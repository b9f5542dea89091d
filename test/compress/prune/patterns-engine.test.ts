/** What zeros in lanes save, counted on the emulated chip. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../../boards/qemu/qemu-engine.js";
import { runtimeSources } from "../../../codegen/cli/runtime-sources.js";
import { masked, type Pruned, unpruned } from "../../../codegen/compress/prune/mask.js";
import { l1Method } from "../../../codegen/compress/prune/methods.js";
import { prunableLayers } from "../../../codegen/compress/prune/parameter.js";
import { pruneLanes } from "../../../codegen/compress/prune/patterns/lanes.js";
import { savings } from "../../../codegen/compress/prune/patterns/savings.js";
import { applyMethod } from "../../../codegen/compress/prune/prune.js";
import { emit } from "../../../codegen/emit/artifact.js";
import { plan } from "../../../codegen/plan/plan.js";
import { expectPredicted } from "../../support/predicted.js";
import { lanesNetwork } from "./lanes-network.js";

const machine = { chunkBytes: 1024 * 1024, slots: 512, stackSlots: 512 };

it("half of the weights in lanes save more instructions than half of them anywhere, as predicted", async () => {
  const sources = await runtimeSources();
  const graph = lanesNetwork();
  const input = Uint8Array.from({ length: 12 * 12 * 4 }, (_, i) => (i * 89) % 256);

  async function counted(pruned: Pruned): Promise<number> {
    const model = { graph: masked(pruned), plan: plan(masked(pruned)) };
    const artifact = emit(model.plan, "pruned", sources);
    const { counters } = await rv32Engine.run({ artifact, module: "pruned", vectors: [[input]], machine });
    expectPredicted(model, [input], counters, machine);
    return counters.layers!.reduce((sum, { instructions }) => sum + instructions, 0);
  }

  const all = await counted(unpruned(graph));
  const least = await counted(
    prunableLayers(graph).reduce(
      (pruned, { name }) => applyMethod(pruned, { layer: name, name: "weight" }, l1Method({ fraction: 0.5 })),
      unpruned(graph),
    ),
  );
  const lanes = await counted(pruneLanes(unpruned(graph), { fraction: 0.5 }, savings(unpruned(graph))));
  expect(least).toBeLessThan(0.95 * all);
  expect(lanes).toBeLessThan(0.95 * least);
}, 120_000);
