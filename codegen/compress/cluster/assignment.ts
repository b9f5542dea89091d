/** Which weights share which values, beside a graph. */
import { type Elements, elementsOf } from "../../graph/elements.js";
import type { Graph, Tensor, TensorId } from "../../graph/graph.js";

/**
 * The clusters of one parameter, in the order of its elements. A weight is `signs[i] · centroids[indexes[i]]`: a real number, or in
 * a quantized tensor the integer without its scale.
 */
export interface Assignment {
  /** What weights share; magnitudes where they are shared between signs. */
  readonly centroids: Float64Array;
  /** Where in `centroids` each weight has its own. What a weight that is 0 has here means nothing. */
  readonly indexes: Uint32Array;
  /** 1, −1 where a magnitude is shared between signs, and 0 for weights that are 0 whatever the centroids are. */
  readonly signs: Int8Array;
}

/** A graph whose weights are clustered, and can still be clustered otherwise: nothing is lost until `applyCentroids`. */
export interface Clustered {
  /** It has the original parameters. */
  readonly graph: Graph;
  /** Of parameters that are clustered, by tensor. */
  readonly assignments: ReadonlyMap<TensorId, Assignment>;
}

/** A graph of which nothing is clustered. */
export function unclustered(graph: Graph): Clustered {
  return { graph, assignments: new Map() };
}

/** The graph with each clustered weight as what its cluster shares, which can be run, quantized and exported. */
export function applyCentroids({ graph, assignments }: Clustered): Graph {
  const tensors = graph.tensors.map((tensor, id) => {
    const assignment = assignments.get(id);
    return assignment ? clusteredTensor(tensor, assignment) : tensor;
  });
  return { ...graph, tensors };
}

/**
 * The mean of each cluster, with the signs that weights have in it. Of gradients it is what a trainer moves centroids by (times the
 * learning rate, and as Han et al. 2016, section 3.3, have it times the cluster's size); of weights it is where centroids lie best.
 *
 * @param values one for each weight
 * @returns one for each centroid; 0 where no weight has it
 */
export function clusterMeans(
  { centroids, indexes, signs }: Assignment,
  values: ArrayLike<number>,
): Float64Array {
  const sums = new Float64Array(centroids.length);
  const counts = new Float64Array(centroids.length);
  signs.forEach((sign, i) => {
    sums[indexes[i]] += sign * values[i];
    counts[indexes[i]] += Math.abs(sign);
  });
  return sums.map((sum, i) => (counts[i] === 0 ? 0 : sum / counts[i]));
}

/** The same clusters with other centroids, as a trainer has moved them. @param id of a parameter that is clustered */
export function withCentroids(clustered: Clustered, id: TensorId, centroids: Float64Array): Clustered {
  const assignment = { ...clustered.assignments.get(id)!, centroids };
  return { ...clustered, assignments: new Map(clustered.assignments).set(id, assignment) };
}

/** Integers are rounded, and are as great as their type allows. */
function clusteredTensor(tensor: Tensor, { centroids, indexes, signs }: Assignment): Tensor {
  const values = elementsOf(tensor.dtype, tensor.data!) as Exclude<Elements, BigInt64Array>;
  const limit = values instanceof Float32Array ? undefined : 2 ** (8 * values.BYTES_PER_ELEMENT - 1) - 1;
  signs.forEach((sign, i) => {
    const value = sign === 0 ? 0 : sign * centroids[indexes[i]];
    values[i] = limit === undefined ? value : Math.max(-limit, Math.min(limit, Math.round(value)));
  });
  return { ...tensor, data: new Uint8Array(values.buffer) };
}
