import type { Builder, Offset } from "flatbuffers";
import type { Graph, Quantization, Tensor } from "../../graph/graph.js";
import { int32Vector } from "../../import/tflite/fields.js";
import { packInt4 } from "../../import/tflite/int4.js";
import * as schema from "../../import/tflite/schema.js";
import type { Buffers } from "./buffers.js";
import { type OperatorCodes, writeOperator } from "./operators.js";
import { packedWeights } from "./packed-weights.js";
import { float32Vector, int64Vector, offsetVector } from "./vectors.js";
import { versionOf } from "./versions.js";

/** Writes a graph's tensors and operators as a subgraph; what subgraphs share goes to `buffers` and `codes`. */
export function writeSubgraph(
  builder: Builder,
  graph: Graph,
  buffers: Buffers,
  codes: OperatorCodes,
): Offset {
  const packed = packedWeights(graph);
  const tensors = offsetVector(
    builder,
    graph.tensors.map((tensor, id) =>
      packed.has(id)
        ? writeTensor(builder, { ...tensor, data: packInt4(tensor.data!) }, "int4", buffers)
        : writeTensor(builder, tensor, tensor.dtype, buffers),
    ),
  );
  const operators = offsetVector(
    builder,
    graph.ops.map((op) => {
      const code = codes.index(op.kind, versionOf(op, graph, packed));
      return writeOperator(builder, op, graph, code);
    }),
  );
  const inputs = int32Vector(builder, graph.inputs);
  const outputs = int32Vector(builder, graph.outputs);
  const name = builder.createString(graph.name);
  builder.startObject(5);
  builder.addFieldOffset(schema.SubGraph.tensors, tensors, 0);
  builder.addFieldOffset(schema.SubGraph.inputs, inputs, 0);
  builder.addFieldOffset(schema.SubGraph.outputs, outputs, 0);
  builder.addFieldOffset(schema.SubGraph.operators, operators, 0);
  builder.addFieldOffset(schema.SubGraph.name, name, 0);
  return builder.endObject();
}

function writeTensor(
  builder: Builder,
  tensor: Tensor,
  type: (typeof schema.TENSOR_TYPES)[number],
  buffers: Buffers,
): Offset {
  const buffer = buffers.index(tensor.data);
  const shape = int32Vector(builder, tensor.shape);
  const name = builder.createString(tensor.name);
  const quantization = tensor.quantization ? writeQuantization(builder, tensor.quantization) : 0;
  builder.startObject(6);
  builder.addFieldOffset(schema.Tensor.shape, shape, 0);
  builder.addFieldInt8(schema.Tensor.type, schema.TENSOR_TYPES.indexOf(type), 0);
  builder.addFieldInt32(schema.Tensor.buffer, buffer, 0);
  builder.addFieldOffset(schema.Tensor.name, name, 0);
  builder.addFieldOffset(schema.Tensor.quantization, quantization, 0);
  builder.addFieldInt8(schema.Tensor.isVariable, tensor.variable === undefined ? 0 : 1, 0);
  return builder.endObject();
}

function writeQuantization(builder: Builder, { scales, zeroPoints, axis }: Quantization): Offset {
  const scale = float32Vector(builder, scales);
  const zeroPoint = int64Vector(builder, zeroPoints);
  builder.startObject(7);
  builder.addFieldOffset(schema.QuantizationParameters.scale, scale, 0);
  builder.addFieldOffset(schema.QuantizationParameters.zeroPoint, zeroPoint, 0);
  builder.addFieldInt32(schema.QuantizationParameters.quantizedDimension, axis, 0);
  return builder.endObject();
}
