/** Clustering of a whole model, as a command's options say. */
import { applyCentroids, type Clustered, unclustered } from "../../compress/cluster/assignment.js";
import type { ClusterMethod } from "../../compress/cluster/centres.js";
import { checkBits, clusterWeights, mostValues } from "../../compress/cluster/cluster.js";
import type { Graph } from "../../graph/graph.js";
import { tryEach } from "../../problems/collector.js";
import { type Code, Refusal, refuse } from "../../problems/problem.js";
import { chosenLayers } from "../compress/layers.js";

export interface Flags {
  readonly bits: number;
  readonly symmetric?: true;
  readonly perChannel?: true;
  readonly method: ClusterMethod;
  readonly layer?: readonly string[];
  readonly seed: number;
}

/** Why a layer that nobody named may be left as it is. */
const LEFT: readonly Code[] = ["cluster-too-many", "cluster-all-zero"];

/**
 * The clustered graph. Of layers that are not named, those with too few weights are left as they are.
 *
 * @throws Refusal as `clusterWeights` does, for each layer that is named; `cluster-nothing` where no layer is left
 */
export function clusterModel(graph: Graph, { layer, ...options }: Flags): Graph {
  checkBits(options);
  const layers = chosenLayers(graph, layer);
  let clustered = unclustered(graph);
  tryEach(layers, (name) => {
    clustered = layer ? clusterWeights(clustered, name, options) : orAsItIs(clustered, name, options);
  });
  if (clustered.assignments.size === 0) refuse("cluster-nothing", { values: mostValues(options) });
  return applyCentroids(clustered);
}

function orAsItIs(clustered: Clustered, name: string, options: Omit<Flags, "layer">): Clustered {
  try {
    return clusterWeights(clustered, name, options);
  } catch (error) {
    if (error instanceof Refusal && error.problems.every(({ code }) => LEFT.includes(code))) return clustered;
    throw error;
  }
}
