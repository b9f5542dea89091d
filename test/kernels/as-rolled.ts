import { expect } from "vitest";
import { type Plan, plan } from "../../codegen/plan/plan.js";
import { observed } from "../support/observed.js";
import type { PlanesModel } from "./planes-graphs.js";

/**
 * Compares plans of a graph with loops, byte by byte: all tensors of one that leaves them in the arena, and of the usual one those
 * that it leaves there. @returns the usual one
 */
export function expectAsRolled({ graph, input }: PlanesModel): Plan {
  const rolled = observed(plan(graph, { forms: [], observable: true }), input);
  expect(observed(plan(graph, { observable: true }), input)).toEqual(rolled);
  const usual = plan(graph);
  for (const [id, bytes] of observed(usual, input)) expect(bytes, `tensor ${id}`).toEqual(rolled.get(id));
  return usual;
}
