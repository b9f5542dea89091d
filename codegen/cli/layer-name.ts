/** Layers as people name them. */
import type { Graph } from "../graph/graph.js";

/** The name of a layer that is called by it, or by its position in the graph: whole numbers that are no names are positions. */
export function layerNamed({ ops }: Graph, layer: string): string {
  const isName = ops.some(({ name }) => name === layer);
  return isName || !/^\d+$/.test(layer) ? layer : (ops[Number(layer)]?.name ?? layer);
}

/** Names in models are paths of scopes; their ends tell layers apart. */
const SHORT = 24;

/** The end of a name that is long. */
export function shortened(name: string): string {
  return name.length > SHORT ? `…${name.slice(1 - SHORT)}` : name;
}
