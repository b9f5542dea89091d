/** Which tensors boards send as planes, for kernels that compute in planes to take them as they are. */
import type { Graph, TensorId } from "../graph/graph.js";
import type { Plan } from "../plan/plan.js";

/** Operators that read planes wherever a stage begins. */
const READERS = ["CONV_2D", "DEPTHWISE_CONV_2D", "ADD", "SUB", "CONCATENATION"];

/**
 * The graph with its tensors in the lanes in which a plan of the whole of it computes them. Packing them into bytes on one board and
 * unpacking them on the next would take more than many a layer; planes are the third of their bytes longer, or less.
 *
 * Lanes of a model do for each of its stages: these have some of its sums and some of its tensors.
 *
 * @param inOrder tensors that are to lie in order all the same
 */
export function withLanes(
  graph: Graph,
  { lanes }: Pick<Plan, "lanes">,
  inOrder: ReadonlySet<TensorId> = new Set(),
): Graph {
  const { tensors, ops, outputs } = graph;
  const isSent = (id: TensorId) =>
    !outputs.includes(id) &&
    !inOrder.has(id) &&
    ops.every(({ kind, inputs }) => !inputs.includes(id) || READERS.includes(kind));
  return {
    ...graph,
    tensors: tensors.map((tensor, id) => {
      const own = lanes.get(id);
      return own && isSent(id) ? { ...tensor, lanes: own } : tensor;
    }),
  };
}
