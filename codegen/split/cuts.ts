/** Where a graph can be cut into stages, and what crosses there. */
import { byteLength, type Graph, type TensorId } from "../graph/graph.js";
import { type Op, variableIndex } from "../graph/op.js";
import { EDGE_TYPES } from "../plan/plan.js";

/**
 * What crosses the cut before operator `position`: the tensors that are fed or computed before it and read from there on, a
 * model output being read at the end. Each is there once, however many read it.
 *
 * @returns their ids; those of the model's inputs at 0, and those of its outputs at the end
 */
export function crossing(graph: Graph, position: number): readonly TensorId[] {
  const { ops, inputs, outputs } = graph;
  if (position === 0) return inputs;
  if (position === ops.length) return outputs;
  const later = new Set<TensorId | null>([...ops.slice(position).flatMap((op) => op.inputs), ...outputs]);
  const before = new Set([...inputs, ...ops.slice(0, position).flatMap((op) => op.outputs)]);
  return [...before].filter((id) => later.has(id) && !isHandle(graph, id));
}

/** Bytes that a cut sends for one inference. */
export function crossingBytes(graph: Graph, position: number): number {
  return crossing(graph, position).reduce((sum, id) => sum + byteLength(graph.tensors[id]), 0);
}

/**
 * The positions at which a graph can be cut, in order: 0, the number of its operators, and those between where every tensor
 * that crosses is of a type that models take and give, and all accesses of each variable lie on one side.
 *
 * @param graph a valid graph, after the passes
 */
export function cutPositions(graph: Graph): readonly number[] {
  const { ops, tensors } = graph;
  const isOpen = [...ops.keys()].slice(1).filter((position) => {
    // What takes nothing at run time makes no stage: a cut behind it is one before it.
    if (isNothing(ops[position - 1])) return false;
    const used = variablesOf(graph, ops.slice(0, position));
    if ([...variablesOf(graph, ops.slice(position))].some((variable) => used.has(variable))) return false;
    return crossing(graph, position).every((id) => EDGE_TYPES.includes(tensors[id].dtype));
  });
  return [0, ...isOpen, ops.length];
}

/** Whether a tensor names a variable: a stage that needs it has the operator that makes it. */
export function isHandle({ tensors }: Graph, id: TensorId): boolean {
  return tensors[id].dtype === "resource";
}

/** The state that operators read or write. */
export function variablesOf({ tensors }: Graph, ops: readonly Op[]): ReadonlySet<number> {
  const ofTensors = ops.flatMap(({ inputs }) =>
    inputs.map((id) => (id === null ? undefined : tensors[id].variable)),
  );
  const named = ops.filter((op) => !isNothing(op)).map(variableIndex);
  return new Set([...ofTensors, ...named].filter((variable) => variable !== undefined));
}

function isNothing({ kind }: Op): boolean {
  return kind === "VAR_HANDLE" || kind === "CALL_ONCE";
}
