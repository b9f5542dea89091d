/** UNIDIRECTIONAL_SEQUENCE_LSTM: int8 weights with one scale a matrix, and a cell state of int16 (micro/kernels/lstm_eval.h). */
import { runLstm } from "../../float/operators/unidirectional-sequence-lstm.js";
import { elementsOf } from "../../graph/elements.js";
import type { Graph, Tensor, TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { Node } from "../../ops/node.js";
import { GATES, type LstmAttributes } from "../../ops/unidirectional-sequence-lstm.js";
import { isFloat8, type WeightFormat } from "./formats.js";
import { extremes, type Range } from "./observers/observer.js";
import type { ActivationType } from "./types.js";
import { quantizeRow } from "./weights.js";

export type LstmOp = Extract<Op, { kind: "UNIDIRECTIONAL_SEQUENCE_LSTM" }>;

export function isLstm(op: Op): op is LstmOp {
  return op.kind === "UNIDIRECTIONAL_SEQUENCE_LSTM";
}

/** @throws Refusal `constant-needed` for weights or biases that are computed */
export function requireConstants(graph: Graph, op: LstmOp): void {
  const node = new Node(graph, op);
  for (const { gate, input, recurrent, bias } of GATES) {
    for (const position of [input, recurrent]) node.constant(position, `the weights of ${gate}`);
    node.constant(bias, `the bias of ${gate}`);
  }
}

/** The extremes of the cell state at each time step of one sample. */
export function cellStates(
  graph: Graph,
  op: LstmOp,
  values: ReadonlyMap<TensorId, Float32Array>,
): Float32Array {
  const seen: number[] = [];
  const inputs = op.inputs.map((id) =>
    id === null ? undefined : (values.get(id) ?? floatsOf(graph.tensors[id])),
  );
  runLstm(new Node(graph, op) as Node<LstmAttributes>, inputs, (cell) => {
    const { min, max } = extremes(Float32Array.from(cell));
    seen.push(min, max);
  });
  return Float32Array.from(seen);
}

/** The type of a cell state: its scale is a power of two. */
export function cellType({ min, max }: Range): ActivationType {
  const reach = Math.max(-min, max);
  const power = reach > 0 ? Math.ceil(Math.log2(reach / 32767)) : -15;
  return { format: "int16", scale: 2 ** power, zeroPoint: 0 };
}

/** The quantized weights and biases, by their positions among the inputs. */
export function lstmConstants(
  { tensors }: Graph,
  op: LstmOp,
  inputScale: number,
  format: WeightFormat,
): ReadonlyMap<number, Tensor> {
  const constants = new Map<number, Tensor>();
  for (const { input, recurrent, bias } of GATES) {
    for (const position of [input, recurrent])
      constants.set(position, quantizedMatrix(tensors[op.inputs[position]!], format));
    const step = Math.fround(inputScale * constants.get(input)!.quantization!.scales[0]);
    const tensor = tensors[op.inputs[bias]!];
    const values = Int32Array.from(floatsOf(tensor)!, (value) => Math.round(value / step));
    constants.set(bias, {
      name: tensor.name,
      shape: tensor.shape,
      dtype: "int32",
      quantization: { scales: [step], zeroPoints: [0], axis: 0 },
      data: new Uint8Array(values.buffer),
    });
  }
  return constants;
}

function quantizedMatrix(tensor: Tensor, format: WeightFormat): Tensor {
  const { name, shape } = tensor;
  const weights = Float64Array.from(floatsOf(tensor)!);
  const narrow = format === "int16" || isFloat8(format) ? "int8" : format;
  const { scale, values } = quantizeRow(weights, narrow, 2 ** -40);
  return {
    name,
    shape,
    dtype: "int8",
    quantization: { scales: [scale], zeroPoints: [0], axis: 0 },
    data: new Uint8Array(Int8Array.from(values).buffer),
  };
}

function floatsOf({ dtype, data }: Tensor): Float32Array | undefined {
  return data && dtype === "float32" ? (elementsOf(dtype, data) as Float32Array) : undefined;
}
