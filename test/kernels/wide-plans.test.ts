/** Plans of int16 graphs under every goal, and with weights that are to be replaced: the tensors of loops. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Graph } from "../../codegen/graph/graph.js";
import { requireValid } from "../../codegen/graph/validate.js";
import type { PlanOptions } from "../../codegen/plan/options.js";
import { plan } from "../../codegen/plan/plan.js";
import { Refusal } from "../../codegen/problems/problem.js";
import { observed } from "../support/observed.js";
import { planesCase, planesModel } from "./planes-graphs.js";

function isValid(graph: Graph): boolean {
  try {
    requireValid(graph);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** Runs random graphs. @returns in how many layers each form was chosen */
function chosen(seed: number, options: (graph: Graph) => PlanOptions): Map<string, number> {
  const forms = new Map<string, number>();
  const property = fc.property(fc.noBias(planesCase), (it) => {
    const { graph, input } = planesModel(it, true);
    fc.pre(isValid(graph));
    const rolled = observed(plan(graph, { forms: [], observable: true }), input);
    const planned = plan(graph, options(graph));
    const found = observed(planned, input);
    for (const id of graph.outputs) expect([...found.get(id)!]).toEqual([...rolled.get(id)!]);
    for (const { form } of planned.layers) forms.set(form, (forms.get(form) ?? 0) + 1);
  });
  fc.assert(property, { seed, numRuns: 40 });
  return forms;
}

it("for speed, planes and columns are chosen", () => {
  const forms = chosen(81, () => ({}));
  expect(forms.get("planes")).toBeGreaterThan(20);
  expect(forms.get("columns")).toBeGreaterThan(3);
});

it.each(["size", "ram"] as const)("for %s", (optimize) => {
  expect(chosen(82, () => ({ optimize })).get("rolled")).toBeGreaterThan(10);
});

it("layers with weights that are to be replaced are rolled: all of them, or those that are named", () => {
  const all = chosen(83, () => ({ updatable: "all" }));
  expect([...all.keys()]).toEqual(["rolled"]);
  const named = chosen(84, ({ ops: [{ name }] }) => ({ updatable: [name] }));
  expect(named.get("rolled")).toBeGreaterThan(40);
});
