/** Whether a graph is a float model, and whether it can be run as one. */
import type { Graph, Tensor, TensorId } from "../graph/graph.js";
import type { Op } from "../graph/op.js";
import { requireOrder, requireShapes, structureProblems } from "../graph/validate.js";
import { Node } from "../ops/node.js";
import { Collector } from "../problems/collector.js";
import { opPlace, type Problem, refuse, refuseAny } from "../problems/problem.js";
import { floatOperatorOf } from "./index.js";

/** Whether a model computes in float32: some tensor that is not constant is float32, and none is quantized. */
export function isFloat(graph: Graph): boolean {
  const computed = computedTensors(graph);
  return computed.some(({ dtype }) => dtype === "float32") && !computed.some(isQuantized);
}

/**
 * Refuses a float model, for whoever goes on with quantized ones only.
 *
 * @throws Refusal `model-not-quantized`, with the first operator on float32 as its place
 */
export function requireQuantized(graph: Graph): void {
  if (!isFloat(graph)) return;
  const first = graph.ops.find(({ outputs }) => outputs.some((id) => graph.tensors[id].dtype === "float32"));
  refuse("model-not-quantized", {}, first && opPlace(first));
}

/** Everything that keeps a graph from being run in float32; nothing if it can be. */
export function validateFloat(graph: Graph): Problem[] {
  const collector = new Collector();
  const { problems } = collector;
  collector.try(() => refuseAny(structureProblems(graph)));
  if (problems.length === 0) collector.try(() => requireOrder(graph));
  if (problems.length === 0) for (const op of graph.ops) collector.try(() => requireFloatOperator(graph, op));
  return problems;
}

/**
 * Refuses a graph that cannot be run in float32, or whose tensors are declared with other shapes than operators make.
 *
 * @throws Refusal with everything that is wrong
 */
export function requireFloat(graph: Graph): void {
  refuseAny(validateFloat(graph));
}

/** Refuses an operator that cannot be run in float32. Tensors and wiring are valid. */
export function requireFloatOperator(graph: Graph, op: Op): void {
  const operator = floatOperatorOf(op) ?? refuse("operator-not-float", {}, opPlace(op));
  const node = new Node(graph, op);
  operator.check(node);
  requireShapes(node);
}

function computedTensors(graph: Graph): Tensor[] {
  const ids: readonly TensorId[] = [...graph.inputs, ...graph.ops.flatMap(({ outputs }) => outputs)];
  return ids.map((id) => graph.tensors[id]).filter(({ data }) => data === undefined);
}

function isQuantized({ dtype, quantization }: Tensor): boolean {
  return quantization !== undefined || dtype === "int8" || dtype === "int16" || dtype === "uint8";
}
