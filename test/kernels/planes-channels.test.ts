/** Convolutions that bring many channels of the arena into planes, against rolled loops. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { isValid } from "../support/valid.js";
import { expectAsRolled } from "./as-rolled.js";
import { planesCase, planesModel } from "./planes-graphs.js";

vi.mock("../../codegen/plan/choose.js", () => import("./planes-forms.js"));

it.each([
  { element: "int8", isWide: false, seed: 61 },
  { element: "int16", isWide: true, seed: 62 },
])(
  "200 random graphs of 5 to 24 channels of $element have the same tensors in planes as in loops",
  (given) => {
    let begun = 0;
    const depth = fc.integer({ min: 5, max: 24 });
    const property = fc.property(fc.noBias(planesCase), depth, (it, depth) => {
      const model = planesModel({ ...it, depth }, given.isWide);
      if (!isValid(model.graph)) return;
      const [input] = model.graph.inputs;
      const { layers } = expectAsRolled(model);
      if (layers.some(({ form, ops }) => form === "planes" && ops[0].inputs[0] === input)) begun++;
    });
    fc.assert(property, { seed: given.seed, numRuns: 200 });
    expect(begun).toBeGreaterThan(120);
  },
);
