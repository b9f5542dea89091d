import { byteLength, type Graph, type TensorId } from "../graph/graph.js";
import { type Op, variableIndex } from "../graph/op.js";

/**
 * Where a graph branches, computes first what makes a tensor smaller and reads it last otherwise: a residual network's strided
 * shortcut. Then its output waits for the other branch, and not its input.
 */
export function smallBranchesFirst(graph: Graph): Graph {
  let ops: readonly Op[] = graph.ops;
  for (const op of graph.ops) {
    const at = ops.indexOf(op);
    const first = firstReader(graph, ops, at);
    if (first < at) ops = [...ops.slice(0, first), op, ...ops.slice(first, at), ...ops.slice(at + 1)];
  }
  return { ...graph, ops };
}

/** Where the first reader is of what only this operator reads after it and makes less of; its own place where there is none. */
function firstReader({ tensors, outputs }: Graph, ops: readonly Op[], at: number): number {
  const op = ops[at];
  const read = op.inputs.filter((id): id is TensorId => id !== null && tensors[id].data === undefined);
  const [input] = read;
  const isSmaller =
    read.length === 1 &&
    op.outputs.length === 1 &&
    byteLength(tensors[op.outputs[0]]) < byteLength(tensors[input]);
  if (!isSmaller || outputs.includes(input) || variableIndex(op) !== undefined) return at;
  const readers = ops.flatMap(({ inputs }, i) => (inputs.includes(input) ? [i] : []));
  return readers[readers.length - 1] === at ? readers[0] : at;
}
