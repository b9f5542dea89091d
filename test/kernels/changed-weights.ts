/** Models of the same structure with other weights. */
import type { Graph } from "../../codegen/graph/graph.js";
import { encode } from "../support/graph-builder.js";

/** A stream of integers (Lehmer's generator). */
export function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state;
  };
}

/**
 * The graph with other weights, biases and scales of both in its convolutions.
 *
 * @param weight the next weight
 * @param gain by how much scales change, about
 */
export function changed(graph: Graph, next: () => number, weight: () => number, gain: number): Graph {
  const tensors = [...graph.tensors];
  for (const { kind, inputs } of graph.ops) {
    if (!kind.endsWith("CONV_2D")) continue;
    const [input, weights, bias] = inputs.map((id) => graph.tensors[id!]);
    const channels = bias.shape[0];
    const scales = weights.quantization!.scales.map((it) =>
      Math.fround(it * gain * (0.6 + (next() % 80) / 100)),
    );
    tensors[inputs[1]!] = {
      ...weights,
      data: encode(Array.from(weights.data!, weight), "int8"),
      quantization: { ...weights.quantization!, scales },
    };
    tensors[inputs[2]!] = {
      ...bias,
      data: encode(
        Array.from({ length: channels }, () => (next() % 4001) - 2000),
        "int32",
      ),
      quantization: {
        ...bias.quantization!,
        scales: scales.map((it) => Math.fround(it * input.quantization!.scales[0])),
      },
    };
  }
  return { ...graph, tensors };
}
