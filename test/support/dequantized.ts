/** A quantized model as the float model that it approximates. */
import type { Graph } from "../../codegen/graph/graph.js";
import { realValues } from "../../codegen/graph/real-values.js";

/** Weights and biases are the real numbers that they stand for, everything else is computed in float32. */
export function dequantized(graph: Graph): Graph {
  const tensors = graph.tensors.map((tensor) => {
    const { name, shape, data, quantization } = tensor;
    if (!quantization) return tensor;
    if (!data) return { name, shape, dtype: "float32" as const };
    return { name, shape, dtype: "float32" as const, data: new Uint8Array(realValues(tensor).buffer) };
  });
  return { ...graph, tensors };
}
