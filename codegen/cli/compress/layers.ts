import { parameterId, prunableLayer, prunableLayers } from "../../compress/prune/parameter.js";
import type { Graph } from "../../graph/graph.js";
import { tryEach } from "../../problems/collector.js";
import { layerNamed } from "../layer-name.js";

/**
 * Names of layers with weights, one for each constant that layers share.
 *
 * @param named what `--layer` names; all where it is not given
 * @throws Refusal for every layer that the graph does not have, or that has no weights
 */
export function chosenLayers(graph: Graph, named: readonly string[] | undefined): string[] {
  const layers = named
    ? tryEach(named, (it) => prunableLayer(graph, layerNamed(graph, it)))
    : prunableLayers(graph);
  const byWeights = new Map(layers.map((op) => [parameterId(op, "weight"), op.name]));
  return [...byWeights.values()];
}
