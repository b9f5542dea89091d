/** Dense layers as one unrolled kernel: what they hand to each other stays in local variables. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { requireValid } from "../../codegen/graph/validate.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { Refusal } from "../../codegen/problems/problem.js";
import { activation, filling, quantization, size } from "../support/arbitraries.js";
import { weights } from "../support/weights.js";
import { type DenseCase, denseModel } from "./dense-layers.js";

vi.mock("../../codegen/plan/choose.js", async () => {
  const { choose } = await import("./unrolled-forms.js");
  return { chooseForms: (graph: never) => choose(graph, undefined, true) };
});

const cases: fc.Arbitrary<DenseCase> = fc.record({
  inputs: size(12),
  quantization,
  fill: filling,
  layers: fc.array(fc.record({ outputs: size(12), activation, weights }), { minLength: 2, maxLength: 4 }),
});

it("gives the reference's elements in 1000 random chains", () => {
  let refused = 0;
  const outputs = new Set<number>();
  const property = fc.property(fc.noBias(cases), (it) => {
    const { graph, input, output } = denseModel(it);
    try {
      requireValid(graph);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused++;
      return;
    }
    const network = instantiate(plan(graph));
    network.input.set(input);
    expect(Array.from(network.run())).toEqual(output);
    for (const value of output) outputs.add(value);
  });
  fc.assert(property, { seed: 20, numRuns: 1000 });
  expect(refused).toBeLessThan(400);
  expect(outputs.size).toBeGreaterThan(200);
});
