/** Self-test vectors of a model, from the compiler's own reference. */
import type { Graph } from "../graph/graph.js";
import { activations } from "../observe.js";

/**
 * The bytes of all inputs, then those of all outputs, one inference after another from the initial state on.
 *
 * @param graph a valid graph, after the passes
 * @param steps the bytes of all inputs, for each inference
 */
export function selfTestVectors(graph: Graph, steps: readonly Uint8Array[]): Uint8Array {
  const parts = activations(graph, steps).flatMap((tensors, i) => [
    steps[i],
    ...graph.outputs.map((id) => tensors.get(id)!),
  ]);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
