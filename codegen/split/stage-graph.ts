/** A part of a graph as a graph of its own. */
import { connectedTensors, type Graph, type Tensor, type TensorId } from "../graph/graph.js";
import { type Op, variableIndex } from "../graph/op.js";
import { crossing, isHandle, variablesOf } from "./cuts.js";

/**
 * The operators from `first` up to `end`, exclusive, as a graph: its inputs and outputs are what crosses the cuts at its ends, with
 * types and quantization as they are, so that stages that run one after another compute what the whole model does. A tensor that only passes
 * is both input and output. Tensors keep their index; variables are those that the part uses; only what crosses lies in lanes.
 *
 * @param graph a valid graph, after the passes
 * @param first one of its `cutPositions`, as is `end`
 */
export function stageGraph(graph: Graph, first: number, end: number): Graph {
  const part = graph.ops.slice(first, end);
  const before = new Map(
    graph.ops.slice(0, first).flatMap((op) => op.outputs.map((id) => [id, op] as const)),
  );
  const handles = new Set(part.flatMap((op) => op.inputs.flatMap((id) => handleOp(graph, before, id))));
  const used = [...variablesOf(graph, part)].toSorted((a, b) => a - b);
  const renumber = (variable: number) => used.indexOf(variable);
  const ops = [...handles, ...part].filter((op) => isUsed(op, used)).map((op) => withVariable(op, renumber));
  const [inputs, outputs] = [crossing(graph, first), crossing(graph, end)];
  const edges = new Set([...inputs, ...outputs]);
  const connected = connectedTensors([{ inputs, outputs }, ...ops]);
  return {
    name: graph.name,
    tensors: graph.tensors.map((tensor, id) =>
      connected.has(id) ? renumbered(edges.has(id) ? tensor : inOrder(tensor), renumber) : absent(tensor),
    ),
    ops,
    inputs,
    outputs,
    variables: used.map((variable) => graph.variables[variable]),
  };
}

/** The operator of an earlier stage that makes a handle. */
function handleOp(graph: Graph, before: ReadonlyMap<TensorId, Op>, id: TensorId | null): readonly Op[] {
  const op = id !== null && isHandle(graph, id) ? before.get(id) : undefined;
  return op ? [op] : [];
}

/** A handle of a variable that another stage keeps is nothing to this one, nor is what gives variables their first values. */
function isUsed(op: Op, used: readonly number[]): boolean {
  if (op.kind === "CALL_ONCE") return used.length > 0;
  const variable = variableIndex(op);
  return variable === undefined || used.includes(variable);
}

function withVariable(op: Op, renumber: (variable: number) => number): Op {
  const variable = variableIndex(op);
  if (variable === undefined) return op;
  return { ...op, attributes: { ...op.attributes, variable: renumber(variable) } } as Op;
}

function renumbered(tensor: Tensor, renumber: (variable: number) => number): Tensor {
  return tensor.variable === undefined ? tensor : { ...tensor, variable: renumber(tensor.variable) };
}

/** A tensor whose elements lie in order. */
function inOrder({ lanes: _, ...tensor }: Tensor): Tensor {
  return tensor;
}

/** In the place of a tensor that is not this stage's; of one byte, so that it says nothing of what the stage has. */
function absent({ name }: Tensor): Tensor {
  return { name, shape: [], dtype: "int8" };
}
