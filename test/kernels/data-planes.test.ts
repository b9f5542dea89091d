/** Layers of planes whose weights are data against rolled loops: random graphs, byte by byte. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Plan, plan } from "../../codegen/plan/plan.js";
import { runningMaximum } from "../cli/models.js";
import { observed } from "../support/observed.js";
import { isValid } from "../support/valid.js";
import { dataPlan } from "./data-plan.js";
import { withFewValues } from "./few-values.js";
import { planesCase, planesModel } from "./planes-graphs.js";

const RUNS = 500;
const FEW_RUNS = 200;

const options = fc.record({ isUpdatable: fc.boolean(), isCompact: fc.boolean() });

it(`${RUNS} random graphs have the same tensors as in loops`, () => {
  let inPlanes = 0;
  const operators = new Map<string, number>();
  const property = fc.property(fc.noBias(planesCase), options, (it, chosen) => {
    const model = planesModel(it);
    if (!isValid(model.graph)) return;
    const { graph, input } = model;
    const rolled = observed(plan(graph, { forms: [], observable: true }), input);
    const planned = dataPlan(graph, chosen);
    for (const [id, bytes] of observed(planned, input)) expect(bytes, `tensor ${id}`).toEqual(rolled.get(id));
    const layers = planned.layers.filter(({ form }) => form === "planes");
    if (layers.length > 0) inPlanes++;
    for (const { ops } of layers)
      for (const { kind } of ops) operators.set(kind, (operators.get(kind) ?? 0) + 1);
  });
  fc.assert(property, { seed: 51, numRuns: RUNS });
  expect(inPlanes).toBeGreaterThan(0.7 * RUNS);
  for (const kind of ["CONV_2D", "DEPTHWISE_CONV_2D"])
    expect(operators.get(kind), kind).toBeGreaterThan(0.3 * RUNS);
  expect(operators.get("AVERAGE_POOL_2D")).toBeGreaterThan(0.03 * RUNS);
});

it(`${FEW_RUNS} of them whose weights have few values, so that numbers come from a book`, () => {
  let withBook = 0;
  const property = fc.property(fc.noBias(planesCase), fc.constantFrom(1, 2, 4), (it, bits) => {
    const model = planesModel(it);
    const graph = withFewValues(model.graph, bits);
    if (!isValid(graph)) return;
    const rolled = observed(plan(graph, { forms: [], observable: true }), model.input);
    const planned = dataPlan(graph, { isUpdatable: false, isCompact: true });
    for (const [id, bytes] of observed(planned, model.input))
      expect(bytes, `tensor ${id}`).toEqual(rolled.get(id));
    const hasBook = (of: Plan) => of.sections.some(({ name }) => name.endsWith("indexes of numbers"));
    if (hasBook(planned)) {
      withBook++;
      // Others may take the place of weights that are to be replaced.
      expect(hasBook(dataPlan(graph, { isUpdatable: true, isCompact: true }))).toBe(false);
      const asTheyAre = dataPlan(graph, { isUpdatable: false, isCompact: false });
      expect(planned.weights.length).toBeLessThan(asTheyAre.weights.length);
    }
  });
  fc.assert(property, { seed: 52, numRuns: FEW_RUNS });
  expect(withBook).toBeGreaterThan(0.2 * FEW_RUNS);
});

it("graphs with state, of which some operators have no output, are planned for size as well", () => {
  const { layers } = plan(runningMaximum(6), { optimize: "size" });
  expect(layers.length).toBeGreaterThan(0);
  expect(layers.every(({ form }) => form !== "planes")).toBe(true);
});
