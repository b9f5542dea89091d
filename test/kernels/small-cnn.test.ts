/** A whole network of convolutions and pools: in planes as in loops, and what that takes on a board. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import { plan } from "../../codegen/plan/plan.js";
import { observed } from "../support/observed.js";
import { expectPredicted } from "../support/predicted.js";
import { smallCnn } from "./small-cnn.js";

const machine = { chunkBytes: 96 * 1024, slots: 512, stackSlots: 512 };

it.each([
  ["int8", false],
  ["int16", true],
])(
  "a network of %s with pools between convolutions is two layers of planes and a dense one, as predicted",
  async (_, isWide) => {
    const { graph, input } = smallCnn(isWide);
    const planned = plan(graph);
    const layers = planned.layers.map(({ ops, form }) => `${form}: ${ops.map(({ kind }) => kind).join(" ")}`);
    expect(layers).toEqual([
      "planes: CONV_2D MAX_POOL_2D",
      "planes: CONV_2D MAX_POOL_2D",
      "columns: FULLY_CONNECTED",
    ]);
    const { vectors, counters } = await rv32Engine.run({
      artifact: emit(planned, "cnn", await runtimeSources()),
      module: "cnn",
      vectors: [[Uint8Array.from(input)]],
      machine,
    });
    const [output] = graph.outputs;
    expect([...vectors[0].outputs[0]]).toEqual([...observed(plan(graph, { forms: [] }), input).get(output)!]);
    expectPredicted({ graph, plan: planned }, [Uint8Array.from(input)], counters, machine);
  },
);
