import type { Graph, TensorId } from "../../graph/graph.js";
import { encode } from "../../import/onnx/protobuf.js";
import * as schema from "../../import/onnx/schema.js";
import { Node } from "../../ops/node.js";
import { tryEach } from "../../problems/collector.js";
import { opPlace, refuse } from "../../problems/problem.js";
import { TENSOR_TYPES, valueInfo } from "./drafts.js";
import { writers } from "./operators/index.js";
import { OnnxWriter } from "./writer.js";

/** Versions that onnxruntime has known since 1.14, and the first ones that quantize to int16, since 1.18. */
const VERSIONS = { opset: 18, ir: 8 };
const WIDE_VERSIONS = { opset: 21, ir: 10 };

/**
 * Writes a graph as an ONNX model: in float32, or quantized to int8 with QuantizeLinear and DequantizeLinear around its
 * operators (QDQ). Inputs and outputs are float32 in the graph's shapes, images with channels last.
 *
 * @param graph a graph that validate finds nothing wrong with
 * @returns content of an .onnx file
 * @throws Refusal `onnx-export-operator`, `onnx-export-type` for all that ONNX, or QDQ in this version, does not have
 */
export function exportOnnx(graph: Graph): Uint8Array {
  const writer = new OnnxWriter(graph);
  const input = graph.inputs.map((id) => {
    const { shape, dtype, quantization } = graph.tensors[id];
    if (!quantization) return valueInfo(writer.name(id), shape, writer.typeOf(id, dtype, TENSOR_TYPES));
    const fed = `${writer.name(id)}/float`;
    writer.quantized(fed, id, quantization, writer.name(id));
    return valueInfo(fed, shape, "float32");
  });
  tryEach(graph.ops, (op) => {
    const write = writers[op.kind] as ((writer: OnnxWriter, node: Node) => void) | undefined;
    if (!write) refuse("onnx-export-operator", { operator: op.kind }, opPlace(op));
    write(writer, new Node(graph, op));
  });
  const output = graph.outputs.map((id) =>
    valueInfo(outputValue(writer, id), graph.tensors[id].shape, "float32"),
  );
  const isWide = graph.tensors.some(({ dtype }) => dtype === "int16");
  const { opset, ir } = isWide ? WIDE_VERSIONS : VERSIONS;
  return encode(schema.Model, {
    irVersion: ir,
    producerName: "xsnn",
    opsetImport: [{ domain: "", version: opset }],
    graph: { name: graph.name, node: writer.nodes, initializer: writer.initializers, input, output },
  });
}

/** The value in float32 that an output of the graph is. */
function outputValue(writer: OnnxWriter, id: TensorId): string {
  const tensor = writer.graph.tensors[id];
  if (!tensor.quantization) return writer.name(id);
  return writer.dequantized(writer.name(id), tensor, `${writer.name(id)}/float`);
}
