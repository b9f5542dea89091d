import { Node } from "../ops/node.js";
import { operatorOf } from "../ops/registry.js";
import { Collector } from "../problems/collector.js";
import { opPlace, type Problem, refuse, refuseAny, tensorPlace } from "../problems/problem.js";
import { quote } from "../problems/quote.js";
import { connectedTensors, type Graph } from "./graph.js";
import type { Op } from "./op.js";
import { inOrder } from "./order.js";
import { tensorProblems } from "./tensors.js";
import { wiringProblems } from "./wiring.js";

/**
 * Everything that is wrong with a graph; nothing if it can be compiled. Operators are looked at only where tensors,
 * wiring and order are right, since their rules build on them.
 */
export function validate(graph: Graph): Problem[] {
  const collector = new Collector();
  const { problems } = collector;
  collector.try(() => refuseAny(structureProblems(graph)));
  if (problems.length === 0) collector.try(() => requireOrder(graph));
  if (problems.length === 0) for (const op of graph.ops) collector.try(() => requireOperator(graph, op));
  return problems;
}

/**
 * Refuses a graph that cannot be compiled.
 *
 * @throws Refusal with everything that is wrong
 */
export function requireValid(graph: Graph): void {
  refuseAny(validate(graph));
}

/** What is wrong with tensors and wiring. */
export function structureProblems(graph: Graph): Problem[] {
  const connected = connectedTensors([graph, ...graph.ops]);
  return [...tensorProblems(graph.tensors, (id) => connected.has(id)), ...wiringProblems(graph)];
}

/** Refuses operators in an order in which one comes before another that it needs. */
export function requireOrder({ ops }: Graph): void {
  const sorted = inOrder(ops);
  const i = ops.findIndex((op, position) => op !== sorted[position]);
  if (i >= 0) refuse("op-order", { after: `${sorted[i].kind} ${quote(sorted[i].name)}` }, opPlace(ops[i]));
}

/** What an operator's own rules refuse, and outputs declared with other shapes than those that it makes. */
export function requireOperator(graph: Graph, op: Op): void {
  const node = new Node(graph, op);
  operatorOf(op).check(node);
  requireShapes(node);
}

/** Refuses an operator whose outputs are declared with other shapes than those that it makes. */
export function requireShapes(node: Node): void {
  const { graph, op } = node;
  operatorOf(op)
    .infer(node)
    .forEach((inferred, i) => {
      const id = op.outputs[i];
      const tensor = graph.tensors[id];
      const declared = tensor.shape;
      if (declared.length !== inferred.length || declared.some((size, axis) => size !== inferred[axis]))
        refuse("shape-mismatch", { declared, inferred }, { ...opPlace(op), ...tensorPlace(id, tensor) });
    });
}
