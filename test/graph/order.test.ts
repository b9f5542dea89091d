import fc from "fast-check";
import { expect, test } from "vitest";
import type { Op } from "../../codegen/graph/op.js";
import { inOrder } from "../../codegen/graph/order.js";
import { problemsOf } from "../support/problems.js";

const add = (output: number, ...inputs: number[]): Op => ({
  kind: "ADD",
  name: `t${output}`,
  inputs,
  outputs: [output],
  attributes: { activation: "NONE" },
});

/** Operators in which each takes the outputs of some before it. */
const acyclic = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { maxLength: 30 })
  .map((picks) => picks.map((pick, i) => add(i, ...(i === 0 ? [] : pick.map((p) => p % i)))));

test("a valid order stays as it is", () => {
  fc.assert(
    fc.property(acyclic, (ops) => {
      expect(inOrder(ops)).toEqual(ops);
    }),
    { seed: 1 },
  );
});

test("any order becomes one in which operators follow those that they need", () => {
  const shuffled = acyclic.chain((ops) => fc.shuffledSubarray(ops, { minLength: ops.length }));
  fc.assert(
    fc.property(shuffled, (ops) => {
      const sorted = inOrder(ops);
      expect(new Set(sorted)).toEqual(new Set(ops));
      expect(sorted).toHaveLength(ops.length);
      const position = new Map(sorted.map((op, i) => [op.outputs[0], i]));
      sorted.forEach((op, i) => {
        for (const id of op.inputs) expect(position.get(id!)).toBeLessThan(i);
      });
    }),
    { seed: 2 },
  );
});

test("a chain of 50,000 operators written backwards is sorted", () => {
  const chain = Array.from({ length: 50_000 }, (_, i) => add(i + 1, i));
  expect(inOrder(chain.toReversed())[0]).toBe(chain[0]);
});

test("a cycle is refused, and its operators named", () => {
  const problems = problemsOf(() => {
    inOrder([add(0), add(1, 0, 3), add(2, 1), add(3, 2)]);
    return [];
  });
  expect(problems).toEqual([{ code: "graph-cycle", place: {}, details: { ops: ["t1", "t3", "t2"] } }]);
});

test("accesses of one variable keep their order, those of others are free", () => {
  const read = (variable: number, output: number): Op => ({
    kind: "READ_VARIABLE",
    name: `read${output}`,
    inputs: [variable],
    outputs: [output],
    attributes: { variable },
  });
  const assign = (variable: number, value: number): Op => ({
    kind: "ASSIGN_VARIABLE",
    name: `assign${value}`,
    inputs: [variable, value],
    outputs: [],
    attributes: { variable },
  });
  const callOnce: Op = { kind: "CALL_ONCE", name: "init", inputs: [], outputs: [], attributes: {} };
  // The assignment to variable 1 waits for t11, which is computed last.
  const ops = [callOnce, assign(1, 11), read(1, 12), read(0, 10), assign(0, 10), add(11, 10)];
  expect(inOrder(ops).map(({ name }) => name)).toEqual([
    "init",
    "read10",
    "t11",
    "assign11",
    "read12",
    "assign10",
  ]);
});
