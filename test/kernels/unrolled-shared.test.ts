/** Few weights at many positions, unrolled once for all positions that look alike: bits, and what it spares. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { Graph } from "../../codegen/graph/graph.js";
import type { PlanOptions } from "../../codegen/plan/options.js";
import { isValid } from "../support/valid.js";
import { expectAsRolled } from "./as-rolled.js";
import { Builder, planesCase, planesModel } from "./planes-graphs.js";
import { weights } from "./small-cnn.js";

const shared = vi.hoisted(() => ({ layers: 0 }));

/** Each operator with shared code where it has that, and rolled. */
vi.mock("../../codegen/plan/choose.js", async () => {
  const { unrolled } = await import("../../codegen/kernels/unrolled/index.js");
  const { OperatorForms } = await import("../../codegen/plan/operators.js");
  const chooseForms = (graph: Graph, { forms }: PlanOptions) => {
    const rolled = new OperatorForms({});
    const layers = graph.ops.map((_, index) => {
      const lowering = forms?.length === 0 ? undefined : unrolled(graph, [index], true);
      const choice = rolled.rolled(graph, index);
      if (!lowering) return choice;
      shared.layers++;
      return { ...choice, form: "unrolled" as const, lowering, cost: lowering.cost };
    });
    return { layers, resting: [], planes: 0, graph };
  };
  return { chooseForms };
});

it("300 random graphs have the same tensors", () => {
  const property = fc.property(fc.noBias(planesCase), (it) => {
    const model = planesModel(it);
    if (isValid(model.graph)) expectAsRolled(model);
  });
  fc.assert(property, { seed: 71, numRuns: 300 });
  expect(shared.layers).toBeGreaterThan(300);
});

it("ten weights at 196 positions take a tenth of the flash, and few instructions more", async () => {
  const { OperatorForms } = await import("../../codegen/plan/operators.js");
  const builder = new Builder();
  const input = builder.make([1, 14, 14, 12], 0.02, -5);
  const strides = { strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1 };
  const attributes = { ...strides, padding: "SAME", activation: "NONE" };
  builder.weighted("CONV_2D", attributes, input, [12, 1, 1, 12], 0, [1, 14, 14, 12], weights(3, -4));
  const [, filter] = builder.ops[0].inputs;
  builder.tensors[filter!].data!.fill(0, 10);
  const { tensors, ops } = builder;
  const graph = { name: "few", tensors, ops, inputs: [input.id], outputs: ops[0].outputs, variables: [] };
  const [apart, alike] = new OperatorForms({}).of(graph, 0).filter(({ form }) => form === "unrolled");
  expect(alike.cost.flashBytes).toBeLessThan(0.1 * apart.cost.flashBytes);
  expect(alike.cost.instructions).toBeLessThan(1.15 * apart.cost.instructions);
});
