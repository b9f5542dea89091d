/** Typical inputs of a model: kernels do less where activations are zero, which tells how long stages really take. */
import { type Activations, predictedFor } from "../cost/activity.js";
import type { Graph } from "../graph/graph.js";
import { activations } from "../observe.js";
import type { Plan, PlannedLayer } from "../plan/plan.js";

/** What the tensors of a graph hold, inference by inference. */
export type Typical = (graph: Graph) => readonly Activations[];

/** @param vectors the bytes of all inputs, for each inference of each vector; nothing where there are none */
export function typicalOf(vectors: readonly (readonly Uint8Array[])[]): Typical | undefined {
  if (vectors.length === 0) return undefined;
  const known = new WeakMap<Graph, readonly Activations[]>();
  return (graph) => {
    const found = known.get(graph) ?? vectors.flatMap((steps) => activations(inOrder(graph), steps));
    known.set(graph, found);
    return found;
  };
}

/** The layers of a plan, with what they take in each inference; in one without zeros where none is given. */
export function layersFor(
  plan: Plan,
  inferences: readonly Activations[] | undefined,
): readonly (readonly PlannedLayer[])[] {
  return inferences?.map((it) => predictedFor(plan, it)) ?? [plan.layers];
}

/** Where elements lie is nothing to what they are. */
function inOrder(graph: Graph): Graph {
  return { ...graph, tensors: graph.tensors.map(({ lanes: _, ...tensor }) => tensor) };
}
