import { Node } from "../ops/node.js";
import { operatorOf } from "../ops/registry.js";
import { type Problem, Refusal } from "../problems/problem.js";
import type { Graph } from "./graph.js";
import type { Op } from "./op.js";
import { inOrder } from "./order.js";
import { tensorProblems } from "./tensors.js";
import { opPlace, wiringProblems } from "./wiring.js";

/**
 * Everything that is wrong with a graph; nothing if it can be compiled. Operators are looked at only where tensors,
 * wiring and order are right, since their rules build on them.
 */
export function validate(graph: Graph): Problem[] {
  const problems = structureProblems(graph);
  if (problems.length > 0) return problems;
  const disorder = collect(() => orderProblems(graph));
  if (disorder.length > 0) return disorder;
  return graph.ops.flatMap((op) => collect(() => operatorProblems(graph, op)));
}

/**
 * Refuses a graph that cannot be compiled.
 *
 * @throws Refusal with everything that is wrong
 */
export function requireValid(graph: Graph): void {
  requireNone(validate(graph));
}

/** What is wrong with tensors and wiring. */
export function structureProblems(graph: Graph): Problem[] {
  return [...tensorProblems(graph.tensors), ...wiringProblems(graph)];
}

/** @throws Refusal with the problems, where there are any */
export function requireNone(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new Refusal(problems);
}

function orderProblems({ ops }: Graph): Problem[] {
  const sorted = inOrder(ops);
  const i = ops.findIndex((op, position) => op !== sorted[position]);
  if (i < 0) return [];
  const after = `${sorted[i].kind} ${JSON.stringify(sorted[i].name)}`;
  return [{ code: "op-order", place: opPlace(ops[i]), details: { after } }];
}

/** What an operator's own rules find, and outputs declared with other shapes than those that it makes. */
function operatorProblems(graph: Graph, op: Op): Problem[] {
  const operator = operatorOf(op);
  const node = new Node(graph, op);
  operator.check(node);
  return operator.infer(node).flatMap((inferred, i) => {
    const id = op.outputs[i];
    const { shape: declared, name } = graph.tensors[id];
    if (declared.length === inferred.length && declared.every((size, axis) => size === inferred[axis]))
      return [];
    const place = { ...opPlace(op), tensor: { id, name } };
    return [{ code: "shape-mismatch", place, details: { declared, inferred } } as const];
  });
}

/** The problems that `find` returns or refuses with. */
function collect(find: () => Problem[]): Problem[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof Refusal) return [...error.problems];
    throw error;
  }
}
