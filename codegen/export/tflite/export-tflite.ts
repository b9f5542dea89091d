import { Builder } from "flatbuffers";
import type { Graph, Variable } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import * as schema from "../../import/tflite/schema.js";
import { Buffers } from "./buffers.js";
import { initGraph } from "./init-graph.js";
import { OperatorCodes } from "./operators.js";
import { writeSubgraph } from "./subgraph.js";
import { offsetVector } from "./vectors.js";

/**
 * Writes a graph as a TensorFlow Lite model, which `importTflite` reads back as the same graph. Where there are
 * variables, a second subgraph gives them their first values, run by CALL_ONCE.
 *
 * @param graph a graph that validate finds nothing wrong with, as it was imported or quantized
 * @returns content of a .tflite file
 */
export function exportTflite(graph: Graph): Uint8Array {
  const builder = new Builder(65_536);
  const buffers = new Buffers(builder);
  const codes = new OperatorCodes(builder);
  const named = namedVariables(graph);
  const graphs = named.length === 0 ? [graph] : [withCallOnce(graph), initGraph(named)];
  const subgraphs = offsetVector(
    builder,
    graphs.map((it) => writeSubgraph(builder, it, buffers, codes)),
  );
  const operatorCodes = offsetVector(builder, codes.offsets);
  const bufferVector = offsetVector(builder, buffers.offsets);
  const description = builder.createString("xsnn");
  builder.startObject(5);
  builder.addFieldInt32(schema.Model.version, schema.SCHEMA_VERSION, 0);
  builder.addFieldOffset(schema.Model.operatorCodes, operatorCodes, 0);
  builder.addFieldOffset(schema.Model.subgraphs, subgraphs, 0);
  builder.addFieldOffset(schema.Model.description, description, 0);
  builder.addFieldOffset(schema.Model.buffers, bufferVector, 0);
  builder.finish(builder.endObject(), schema.FILE_IDENTIFIER);
  return builder.asUint8Array();
}

/** The variables that handles name. Those that are tensors begin as their type and zero point say. */
function namedVariables({ tensors, variables }: Graph): Variable[] {
  const own = new Set(tensors.map(({ variable }) => variable));
  return variables.filter((_, index) => !own.has(index));
}

/** Variables without a CALL_ONCE begin with their zero points, but we have their first values only: so we add one. */
function withCallOnce(graph: Graph): Graph {
  if (graph.ops.some(({ kind }) => kind === "CALL_ONCE")) return graph;
  const callOnce: Op = { kind: "CALL_ONCE", name: "CALL_ONCE", inputs: [], outputs: [], attributes: {} };
  return { ...graph, ops: [callOnce, ...graph.ops] };
}
