/**
 * Tensors that lie in the arena channel after channel, as planes are left there cheapest. Dense layers do not mind: their
 * weights are put in the same order.
 */
import { elements, type Graph, type Tensor, type TensorId } from "../graph/graph.js";

/** A tensor in another order than its own: the element at place i of the arena is `order[i]`. */
export interface PlanarTensor {
  readonly id: TensorId;
  readonly order: readonly number[];
}

/** The dense layers that alone use a tensor, reshaped or not; undefined where there are other users. */
export function denseUsers(graph: Graph, id: TensorId): readonly number[] | undefined {
  if (graph.outputs.includes(id)) return undefined;
  const dense: number[] = [];
  for (const [index, op] of graph.ops.entries()) {
    if (!op.inputs.includes(id)) continue;
    const further = op.kind === "RESHAPE" ? denseUsers(graph, op.outputs[0]) : undefined;
    if (op.kind === "FULLY_CONNECTED" && op.inputs[0] === id && isOneRow(graph, id, op.inputs[1]!))
      dense.push(index);
    else if (further) dense.push(...further);
    else return undefined;
  }
  return dense;
}

/** Whether the tensor is one row of a dense layer's input. */
function isOneRow({ tensors }: Graph, id: TensorId, weights: TensorId): boolean {
  return tensors[weights].data !== undefined && elements(tensors[id].shape) === tensors[weights].shape[1];
}

/** The graph with the weights of dense layers in the order in which such tensors lie. */
export function withPlanarInputs(graph: Graph, layers: readonly { readonly planar?: PlanarTensor }[]): Graph {
  const planar = layers.flatMap((layer) => layer.planar ?? []);
  if (planar.length === 0) return graph;
  const tensors = [...graph.tensors];
  const ops = [...graph.ops];
  for (const { id, order } of planar)
    for (const index of denseUsers(graph, id) ?? []) {
      const weights = ops[index].inputs[1]!;
      tensors.push(permuted(tensors[weights], order));
      const inputs = ops[index].inputs.with(1, tensors.length - 1);
      ops[index] = { ...ops[index], inputs };
    }
  return { ...graph, tensors, ops };
}

/** Weights [outputs, inputs] with their inputs in another order. */
function permuted(weights: Tensor, order: readonly number[]): Tensor {
  const [outputs, inputs] = weights.shape;
  const from = weights.data!;
  const data = new Uint8Array(from.length);
  const size = from.length / (outputs * inputs);
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++) {
      const at = (o * inputs + order[i]) * size;
      data.set(from.subarray(at, at + size), (o * inputs + i) * size);
    }
  return { ...weights, data };
}
