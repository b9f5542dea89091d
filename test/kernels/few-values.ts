/** Weights that take few values. */
import { elementsOf } from "../../codegen/graph/elements.js";
import type { Graph } from "../../codegen/graph/graph.js";

/** A graph of which the int8 weights of convolutions have at most 2^bits values. */
export function withFewValues(graph: Graph, bits: number): Graph {
  const weights = new Set(
    graph.ops.flatMap(({ kind, inputs }) => (kind.endsWith("CONV_2D") ? inputs[1]! : [])),
  );
  const tensors = graph.tensors.map((tensor, id) => {
    if (!weights.has(id) || tensor.dtype !== "int8" || !tensor.data) return tensor;
    const few = Int8Array.from(elementsOf("int8", tensor.data) as Int8Array, (value) =>
      Math.max(-127, (value >> (8 - bits)) << (8 - bits)),
    );
    return { ...tensor, data: new Uint8Array(few.buffer) };
  });
  return { ...graph, tensors };
}
