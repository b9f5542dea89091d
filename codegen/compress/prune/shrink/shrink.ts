/** graph → smaller graph: channels that nothing depends on go from all tensors. */
import type { Graph } from "../../../graph/graph.js";
import { Channels } from "./channels.js";
import { absorbed } from "./going.js";
import { rebuilt } from "./rebuild.js";

/**
 * Takes out channels that do not matter, such as those of filters of which all weights are pruned. A channel goes if no layer
 * that sums over it has weights for it, or if it is fixed and the biases of these layers make up for it exactly; with it go the
 * channels that are tied to it, such as those of depthwise layers and of other branches of a residual. So a residual's channel
 * goes only if all its branches do without. Model inputs and outputs stay as they are, and every tensor keeps a channel.
 *
 * @param graph a valid graph with its masks applied (`masked`), after the passes of its kind: float, or quantized
 * @returns the same model: integers to the last bit, float32 to rounding
 */
export function shrink(graph: Graph): Graph {
  let shrunk = graph;
  for (;;) {
    const channels = new Channels(shrunk);
    const going = absorbed(channels);
    if (going.channels.size === 0) return shrunk;
    shrunk = rebuilt(shrunk, going); // what only these channels read does not matter any more, either
  }
}
