import { refuse } from "../problems/problem.js";
import type { TensorId } from "./graph.js";
import type { Op } from "./op.js";

/** How far the walk has come with an operator; an open one waits for operators that it needs. */
const NEW = 0;
const OPEN = 1;
const DONE = 2;

/** How many operators of a cycle a refusal names. */
const NAMES = 8;

/**
 * The operators in an order in which each comes after those that it needs. An order that is valid stays as it is.
 *
 * @throws Refusal `graph-cycle`
 */
export function inOrder(ops: readonly Op[]): Op[] {
  const needs = dependencies(ops);
  const state = new Uint8Array(ops.length);
  const sorted: Op[] = [];
  // Depth first from each operator in turn, with a stack of our own: graphs can be deeper than the call stack.
  const stack: number[] = [];
  for (let root = 0; root < ops.length; root++) {
    stack.push(root);
    while (stack.length > 0) {
      const i = stack[stack.length - 1];
      const waitsFor = state[i] === NEW ? needs[i].filter((need) => state[need] !== DONE) : [];
      if (waitsFor.some((need) => state[need] === OPEN)) {
        const cycle = [...stack.filter((waiting) => state[waiting] === OPEN), i];
        refuse("graph-cycle", { ops: cycle.slice(-NAMES).map((index) => ops[index].name) });
      }
      if (waitsFor.length > 0) {
        state[i] = OPEN;
        for (const need of waitsFor.reverse()) stack.push(need);
        continue;
      }
      stack.pop();
      if (state[i] !== DONE) sorted.push(ops[i]);
      state[i] = DONE;
    }
  }
  return sorted;
}

/** For each operator, those that must come before it, in the given order. */
function dependencies(ops: readonly Op[]): number[][] {
  const producers = new Map<TensorId, number>();
  ops.forEach((op, i) => {
    for (const id of op.outputs) producers.set(id, i);
  });
  const needs = ops.map((op, i) =>
    op.inputs.flatMap((id) => {
      const producer = id === null ? undefined : producers.get(id);
      // An operator that feeds itself is a problem of wiring, and none of order.
      return producer === undefined || producer === i ? [] : [producer];
    }),
  );
  // Accesses of one variable keep their order; CALL_ONCE counts as an access of every variable.
  const latest = new Map<number, number>();
  let callOnce: number | undefined;
  ops.forEach((op, i) => {
    if (op.kind === "CALL_ONCE") {
      needs[i] = [...latest.values()];
      if (callOnce !== undefined) needs[i].push(callOnce);
      latest.clear();
      callOnce = i;
    } else if (op.kind === "READ_VARIABLE" || op.kind === "ASSIGN_VARIABLE") {
      const { variable } = op.attributes;
      const before = latest.get(variable) ?? callOnce;
      if (before !== undefined) needs[i].push(before);
      latest.set(variable, i);
    }
  });
  return needs;
}
