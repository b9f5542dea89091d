/** Layers of planes against rolled loops: every tensor of random graphs, byte by byte. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { isValid } from "../support/valid.js";
import { expectAsRolled } from "./as-rolled.js";
import { planesCase, planesModel } from "./planes-graphs.js";

vi.mock("../../codegen/plan/choose.js", () => import("./planes-forms.js"));

const RUNS = 1500;

/** How many graphs are refused, how many have planes, how many tensors are never seen, and operators in planes. */
function compared(seed: number, runs: number, isWide: boolean) {
  let [refused, inPlanes, hidden] = [0, 0, 0];
  const operators = new Map<string, number>();
  const property = fc.property(fc.noBias(planesCase), (it) => {
    const model = planesModel(it, isWide);
    if (!isValid(model.graph)) {
      refused++;
      return;
    }
    const usual = expectAsRolled(model);
    const layers = usual.layers.filter(({ form }) => form === "planes");
    if (layers.length > 0) inPlanes++;
    for (const { ops } of layers)
      for (const { kind } of ops) operators.set(kind, (operators.get(kind) ?? 0) + 1);
    hidden += usual.graph.ops.filter(({ outputs }) => !usual.arena.tensors.has(outputs[0])).length;
  });
  fc.assert(property, { seed, numRuns: runs });
  return { refused, inPlanes, hidden, operators };
}

it(`${RUNS} random graphs have the same tensors in planes as in loops`, () => {
  const { refused, inPlanes, hidden, operators } = compared(41, RUNS, false);
  expect(refused).toBeLessThan(0.05 * RUNS);
  expect(inPlanes).toBeGreaterThan(0.95 * RUNS);
  // Most of what is in planes is never seen in the arena.
  expect(hidden).toBeGreaterThan(RUNS);
  for (const kind of [
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "AVERAGE_POOL_2D",
    "MAX_POOL_2D",
    "ADD",
    "RELU",
    "RELU6",
    "LEAKY_RELU",
  ])
    expect(operators.get(kind), kind).toBeGreaterThan(0.05 * RUNS);
  expect(operators.get("SUB")).toBeGreaterThan(0.02 * RUNS);
});

const WIDE_RUNS = 800;

it(`${WIDE_RUNS} random graphs of int16 have the same tensors in planes as in loops`, () => {
  const { refused, inPlanes, hidden, operators } = compared(42, WIDE_RUNS, true);
  expect(refused).toBeLessThan(0.05 * WIDE_RUNS);
  expect(inPlanes).toBeGreaterThan(0.95 * WIDE_RUNS);
  // Sums, RELU and the like are rolled, so that more is left in the arena.
  expect(hidden).toBeGreaterThan(0.4 * WIDE_RUNS);
  for (const kind of ["CONV_2D", "DEPTHWISE_CONV_2D", "AVERAGE_POOL_2D", "MAX_POOL_2D"])
    expect(operators.get(kind), kind).toBeGreaterThan(0.05 * WIDE_RUNS);
});
