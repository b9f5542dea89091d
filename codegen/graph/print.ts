import { quote } from "../problems/quote.js";
import type { Graph, Quantization, Tensor, TensorId, Variable } from "./graph.js";
import type { Op } from "./op.js";

/**
 * A graph as text: a line for each input, variable, operator and output, the same for the same graph. Tensors are
 * written as %index, with the source model's index.
 */
export function print(graph: Graph): string {
  const lines = [
    `graph ${quote(graph.name)}`,
    ...graph.inputs.map((id) => `  input %${id} : ${typeOf(graph.tensors[id])}`),
    ...graph.variables.map((variable, i) => `  variable ${i} : ${variableText(variable)}`),
    ...graph.ops.map((op) => `  ${opText(graph, op)}`),
    ...graph.outputs.map((id) => `  output %${id} : ${typeOf(graph.tensors[id])}`),
  ];
  return `${lines.join("\n")}\n`;
}

function opText(graph: Graph, op: Op): string {
  const outputs = op.outputs.map((id) => `%${id}`).join(", ");
  const inputs = op.inputs.map((id) => operandText(graph, id)).join(", ");
  const types = op.outputs.map((id) => typeOf(graph.tensors[id])).join("; ");
  return `${outputs}${outputs && " = "}${op.kind}(${inputs})${attributesText(op.attributes)}${types && " : "}${types}`;
}

function operandText(graph: Graph, id: TensorId | null): string {
  if (id === null) return "none";
  const tensor = graph.tensors[id];
  if (tensor.variable !== undefined) return `%${id}: variable ${tensor.variable} ${typeOf(tensor, "")}`;
  return tensor.data ? `%${id}: const ${typeOf(tensor, "")}` : `%${id}`;
}

function typeOf({ dtype, shape, quantization, name }: Tensor, label = ` ${quote(name)}`): string {
  return `${dtype}[${shape.join(", ")}]${quantization ? quantizationText(quantization) : ""}${label}`;
}

function quantizationText({ scales, zeroPoints, axis }: Quantization): string {
  if (scales.length === 1) return ` scale ${number(scales[0])} zp ${zeroPoints[0]}`;
  const least = scales.reduce((a, b) => Math.min(a, b));
  const most = scales.reduce((a, b) => Math.max(a, b));
  return ` scale ${number(least)}…${number(most)} on axis ${axis}`;
}

function variableText({ dtype, shape, initial, name }: Variable): string {
  const first = initial[0];
  const value = initial.every((byte) => byte === first) ? `all bytes ${first}` : `${initial.length} bytes`;
  return `${dtype}[${shape.join(", ")}] = ${value} ${quote(name)}`;
}

/** ` {key: value, ...}` in the order of the keys; a height and a width make one entry, height first. */
function attributesText(attributes: object): string {
  const values = new Map<string, unknown>(Object.entries(attributes));
  const entries: [string, string][] = [];
  for (const [key, value] of values) {
    const stem = /^(.*)Height$/.exec(key)?.[1];
    if (stem !== undefined) entries.push([stem, `${value}×${values.get(`${stem}Width`)}`]);
    else if (!/Width$/.test(key)) entries.push([key, valueText(value)]);
  }
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? "" : ` {${entries.map(([key, value]) => `${key}: ${value}`).join(", ")}}`;
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  return typeof value === "number" ? number(value) : `${value}`;
}

/** Float32 numbers in the six digits that tell them from their neighbours well enough for people. */
function number(value: number): string {
  return `${Number(value.toPrecision(6))}`;
}
