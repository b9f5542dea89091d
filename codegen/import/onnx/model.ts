/** The file's graph as it is before anything is translated: versions, operators, and who uses what. */
import { Collector } from "../../problems/collector.js";
import { refuse, refuseAny } from "../../problems/problem.js";
import { FOLDED } from "./fold.js";
import { placeOf } from "./node.js";
import { translators } from "./operators/index.js";
import { decode } from "./protobuf.js";
import * as schema from "./schema.js";

const LEAST = 7;
const NEWEST = 21;

export interface OnnxFile {
  readonly graph: schema.Graph;
  readonly opset: number;
}

/** Domains of ONNX's own operators; onnxruntime's quantizer may write those of quantization in its own. */
const OWN = ["", "ai.onnx"];
const QUANTIZATION = ["QuantizeLinear", "DequantizeLinear"];

/**
 * Reads a file and refuses every type of operator that we do not have.
 *
 * @throws Refusal
 */
export function openOnnx(bytes: Uint8Array): OnnxFile {
  const model = decode(schema.Model, bytes);
  const graph = model.graph ?? refuse("onnx-graph-missing", {});
  const found = model.opsetImport.find(({ domain }) => OWN.includes(domain ?? ""))?.version;
  if (found === undefined || !(found >= LEAST && found <= NEWEST))
    refuse("onnx-opset", { found, least: LEAST, newest: NEWEST });
  if (graph.sparseInitializer.length > 0) refuse("onnx-sparse", {});
  requireKnown(graph.node, found);
  return { graph, opset: found };
}

/** Refuses each type of operator that is not known, where it is first used. */
function requireKnown(nodes: readonly schema.Node[], opset: number): void {
  const collector = new Collector();
  const seen = new Set<string>();
  for (const node of nodes) {
    const operator = operatorName(node);
    if (seen.has(operator)) continue;
    seen.add(operator);
    collector.try(() => requireOperator(node, operator, opset));
  }
  refuseAny(collector.problems);
}

function requireOperator(node: schema.Node, operator: string, opset: number): void {
  const { opType = "", domain = "" } = node;
  if (QUANTIZATION.includes(opType) && (OWN.includes(domain) || domain === "com.microsoft")) return;
  const known = OWN.includes(domain) && (FOLDED.has(opType) || Object.hasOwn(translators, opType));
  if (!known) refuse("onnx-operator", { operator, todo: REMEDIES[opType] ?? OTHER }, placeOf(node));
  const since = translators[opType]?.since ?? LEAST;
  if (opset < since) refuse("onnx-opset-operator", { operator, since, opset }, placeOf(node));
}

function operatorName({ opType = "", domain = "" }: schema.Node): string {
  return OWN.includes(domain) ? opType : `${domain}.${opType}`;
}

const OTHER = "docs/onnx.md lists what is read; build the layer from these, and export the model again";
const CONTROL_FLOW = "export the model without control flow: trace it with fixed shapes";
const QLINEAR = "quantize the model in QDQ format: quantize_static(..., quant_format=QuantFormat.QDQ)";

/** What to do about operators that people meet. */
const REMEDIES: Readonly<Record<string, string>> = {
  ConvInteger: QLINEAR,
  DynamicQuantizeLinear: "quantize the model statically: quantize_static(..., quant_format=QuantFormat.QDQ)",
  If: CONTROL_FLOW,
  Loop: CONTROL_FLOW,
  MatMulInteger: QLINEAR,
  QLinearAdd: QLINEAR,
  QLinearConv: QLINEAR,
  QLinearMatMul: QLINEAR,
  Scan: CONTROL_FLOW,
};

/** The inputs of nodes that use a value. */
export interface Use {
  readonly node: schema.Node;
  readonly position: number;
}

/** Where each value is used. */
export function usesOf(nodes: readonly schema.Node[]): ReadonlyMap<string, readonly Use[]> {
  const uses = new Map<string, Use[]>();
  for (const node of nodes) {
    node.input.forEach((name, position) => {
      const list = uses.get(name);
      if (list) list.push({ node, position });
      else uses.set(name, [{ node, position }]);
    });
  }
  return uses;
}
