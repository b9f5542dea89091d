/** The float model that is to be quantized. */
import { isFloat } from "../../float/validate.js";
import { elements, type Graph, type TensorId } from "../../graph/graph.js";
import { importModel } from "../../import/import-model.js";
import { runFloatPasses } from "../../passes/float/index.js";
import { refuse } from "../../problems/problem.js";
import type { Edges } from "../data/dataset.js";
import type { EdgeTensor } from "../inputs/tensor.js";
import { readModel } from "../model-file.js";

/**
 * A float model after its passes.
 *
 * @throws Refusal `model-not-float`, or where the file cannot be read
 */
export async function readFloatModel(path: string): Promise<Graph> {
  const { bytes, companions } = await readModel(path);
  const graph = importModel(bytes, path, companions);
  return isFloat(graph) ? runFloatPasses(graph) : refuse("model-not-float", {});
}

/** What data has to fit. */
export function floatEdges({ tensors, inputs, outputs }: Graph): Edges {
  const edge = (id: TensorId): EdgeTensor => {
    const { name, shape } = tensors[id];
    return { name, shape, dtype: "float32", scale: 1, zeroPoint: 0, length: elements(shape) };
  };
  return { inputs: inputs.map(edge), output: edge(outputs[0]) };
}
