import type { Graph } from "../../graph/graph.js";
import { structureProblems } from "../../graph/validate.js";
import { refuseAny } from "../../problems/problem.js";
import type { Companions } from "./external.js";
import { openOnnx } from "./model.js";
import { Translation } from "./translation.js";

/**
 * Reads an ONNX model: one in float32, or one with QuantizeLinear and DequantizeLinear, as onnxruntime's quantizer writes
 * it. The graph is in TFLite's operators. Images have channels last in it, and so have inputs and outputs that are images
 * (docs/onnx.md); no transposition stays between operators that agree.
 *
 * @param bytes content of an .onnx file, which can be anything
 * @param name what to call the graph
 * @param companions files beside it that hold its weights, by the path that it gives them
 * @returns a graph whose tensors, wiring and order are valid; what operators mean is validate's business
 * @throws Refusal with every reason found at the stage that could not be passed
 */
export function importOnnx(bytes: Uint8Array, name: string, companions: Companions = new Map()): Graph {
  const graph = new Translation(openOnnx(bytes), companions).run(name);
  refuseAny(structureProblems(graph));
  return graph;
}
