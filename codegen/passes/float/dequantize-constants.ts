import type { Graph } from "../../graph/graph.js";
import { realValues } from "../../graph/real-values.js";

/**
 * Makes quantized constants of a float model float32: weights of dynamic-range quantization, which operators read as they
 * are, and those before DEQUANTIZE, which goes. Quantization parameters are valid.
 */
export function dequantizeConstants(graph: Graph): Graph {
  const tensors = graph.tensors.map((tensor) => {
    if (!tensor.data || !tensor.quantization) return tensor;
    const { name, shape } = tensor;
    const values = realValues(tensor);
    return { name, shape, dtype: "float32" as const, data: new Uint8Array(values.buffer) };
  });
  const ops = graph.ops.filter((op) => {
    if (op.kind !== "DEQUANTIZE") return true;
    const [input, output] = [tensors[op.inputs[0]!], op.outputs[0]];
    if (!input.data || input.dtype !== "float32") return true;
    tensors[output] = { ...tensors[output], data: input.data };
    return false;
  });
  return { ...graph, tensors, ops };
}
