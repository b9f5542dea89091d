/** The quantized graph. */
import { encode8, FLOAT8 } from "../../arithmetic/float8.js";
import { elementsOf } from "../../graph/elements.js";
import {
  connectedTensors,
  elements,
  type Graph,
  type Quantization,
  type Tensor,
  type TensorId,
  type Variable,
} from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { CELL, HIDDEN } from "../../ops/unidirectional-sequence-lstm.js";
import { operation } from "../../passes/editor.js";
import { type Activations, activationPositions, type Schemes } from "./activations.js";
import { isFloat8, weightType } from "./formats.js";
import { isLstm, type LstmOp, lstmConstants } from "./lstm.js";
import type { QuantizedLayer } from "./quantize-layers.js";
import { type ActivationType, quantizeValues, type Stored, sameType } from "./types.js";

/** What model inputs and outputs are: quantized, or float32 with QUANTIZE and DEQUANTIZE in the model. */
export type Edges = "quantized" | "float";

/**
 * Puts a float graph together anew from quantized layers. Tensors that are fed or computed keep their indexes; converted ones, and
 * constants that operators need in several types, come after them.
 */
export function buildGraph(
  graph: Graph,
  activations: Activations,
  layers: ReadonlyMap<Op, QuantizedLayer>,
  schemes: Schemes,
  edges: Edges,
): Graph {
  const builder = new Builder(graph, activations, schemes);
  const inputs = graph.inputs.map((id) => (edges === "float" ? builder.floatInput(id) : id));
  for (const op of graph.ops) builder.operator(op, layers.get(op));
  const outputs = graph.outputs.map((id) =>
    edges === "float" ? builder.floatOutput(id) : builder.output(id),
  );
  return {
    ...graph,
    tensors: emptied(builder.tensors, { inputs, outputs }, builder.ops),
    ops: builder.ops,
    variables: builder.variables,
    inputs,
    outputs,
  };
}

class Builder {
  readonly tensors: Tensor[];
  readonly ops: Op[] = [];
  readonly variables: Variable[];
  private readonly converted: {
    readonly from: TensorId;
    readonly type: ActivationType;
    readonly to: TensorId;
  }[] = [];

  constructor(
    private readonly graph: Graph,
    private readonly activations: Activations,
    private readonly schemes: Schemes,
  ) {
    this.tensors = [...graph.tensors];
    this.variables = [...graph.variables];
    const computed = [...graph.inputs, ...graph.ops.flatMap(({ outputs }) => outputs)];
    for (const id of computed) {
      const { name, shape } = graph.tensors[id];
      this.tensors[id] = { name, shape, ...typed(activations.produced(id)) };
    }
  }

  /** A float32 model input before a quantized one. */
  floatInput(id: TensorId): TensorId {
    const { name, shape } = this.graph.tensors[id];
    const input = this.add({ name: `${name}/float`, shape, dtype: "float32" });
    this.ops.push(operation("QUANTIZE", {}, name, [input], [id]));
    return input;
  }

  /** A float32 model output after a quantized one. */
  floatOutput(id: TensorId): TensorId {
    const { name, shape } = this.graph.tensors[id];
    const output = this.add({ name: `${name}/float`, shape, dtype: "float32" });
    this.ops.push(operation("DEQUANTIZE", {}, `${name}/float`, [id], [output]));
    return output;
  }

  /** A quantized model output in the type that it is given in. */
  output(id: TensorId): TensorId {
    return this.activation(id, this.activations.given(id));
  }

  operator(op: Op, layer: QuantizedLayer | undefined): void {
    const inputs = [...op.inputs];
    for (const position of activationPositions(this.graph, op)) {
      const type = this.activations.read(op, position);
      const id = inputs[position]!;
      inputs[position] = this.graph.tensors[id].data ? this.constant(id, type) : this.activation(id, type);
    }
    if (layer) {
      inputs[layer.layer.positions.weights] = this.weights(op, layer);
      inputs[layer.layer.positions.bias] = this.bias(op, layer);
    }
    if (isLstm(op)) this.lstm(op, inputs);
    this.ops.push({ ...op, inputs } as Op);
  }

  /** Weights and biases in their places, and states in the types that the kernel keeps them in. */
  private lstm(op: LstmOp, inputs: (TensorId | null)[]): void {
    const { scale } = this.activations.read(op, 0);
    for (const [position, tensor] of lstmConstants(this.graph, op, scale, this.schemes(op).weights))
      inputs[position] = this.add(tensor);
    this.state(op.inputs[HIDDEN]!, this.activations.produced(op.outputs[0]));
    this.state(op.inputs[CELL]!, this.activations.cell(op));
  }

  /** State that starts with real zeros. */
  private state(id: TensorId, type: ActivationType): void {
    const tensor = this.graph.tensors[id];
    const { name, shape } = this.variables[tensor.variable!];
    const initial = bytesOf(quantizeValues(new Float32Array(elements(shape)), type));
    this.variables[tensor.variable!] = { name, shape, dtype: type.format, initial };
    this.tensors[id] = { ...tensor, ...typed(type) };
  }

  /** A tensor in the type that an operator reads. */
  private activation(from: TensorId, type: ActivationType): TensorId {
    if (sameType(this.activations.produced(from), type)) return from;
    const existing = this.converted.find((other) => other.from === from && sameType(other.type, type));
    if (existing) return existing.to;
    const { name, shape } = this.graph.tensors[from];
    const to = this.add({ name: `${name}/${type.format}/${this.converted.length}`, shape, ...typed(type) });
    this.converted.push({ from, type, to });
    this.ops.push(operation("QUANTIZE", {}, this.tensors[to].name, [from], [to]));
    return to;
  }

  private constant(id: TensorId, type: ActivationType): TensorId {
    const { name, shape, data } = this.graph.tensors[id];
    const values = quantizeValues(elementsOf("float32", data!) as Float32Array, type);
    return this.add({ name, shape, ...typed(type), data: bytesOf(values) });
  }

  private weights(op: Op, { layer, weights, scales }: QuantizedLayer): TensorId {
    const { name, shape } = this.graph.tensors[op.inputs[layer.positions.weights]!];
    const dtype = weightType(layer.format);
    return this.add({
      name,
      shape,
      dtype,
      quantization: perChannel(scales, layer.channelAxis),
      data: bytesOf(stored(weights, dtype)),
    });
  }

  private bias(op: Op, { layer, bias, scales }: QuantizedLayer): TensorId {
    const id = op.inputs[layer.positions.bias];
    const name = typeof id === "number" ? this.graph.tensors[id].name : `${op.name}/bias`;
    const shape = [bias.length];
    if (isFloat8(layer.format))
      return this.add({ name, shape, dtype: "float32", data: bytesOf(Float32Array.from(bias)) });
    const isWide = layer.input.format === "int16";
    const values = isWide ? BigInt64Array.from(bias, BigInt) : Int32Array.from(bias);
    const steps = scales.map((scale) => Math.fround(layer.input.scale * scale));
    return this.add({
      name,
      shape,
      dtype: isWide ? "int64" : "int32",
      quantization: perChannel(steps, 0),
      data: bytesOf(values),
    });
  }

  private add(tensor: Tensor): TensorId {
    return this.tensors.push(tensor) - 1;
  }
}

function typed({ format, scale, zeroPoint }: ActivationType): Pick<Tensor, "dtype" | "quantization"> {
  return { dtype: format, quantization: { scales: [scale], zeroPoints: [zeroPoint], axis: 0 } };
}

function perChannel(scales: readonly number[], axis: number): Quantization {
  return { scales, zeroPoints: scales.map(() => 0), axis: scales.length > 1 ? axis : 0 };
}

/** Weights as a tensor holds them. */
function stored(weights: Float64Array, dtype: ReturnType<typeof weightType>): Stored {
  const float8 = FLOAT8[dtype];
  if (float8) return Uint8Array.from(weights, (weight) => encode8(weight, float8));
  return dtype === "int8" ? Int8Array.from(weights) : Int16Array.from(weights);
}

function bytesOf({ buffer }: Stored | Int32Array | BigInt64Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer);
}

/** Tensors without the data of those that nobody refers to any more. */
function emptied(
  tensors: readonly Tensor[],
  ends: Pick<Graph, "inputs" | "outputs">,
  ops: readonly Op[],
): Tensor[] {
  const used = connectedTensors([ends, ...ops]);
  return tensors.map((tensor, id) =>
    used.has(id) ? tensor : { name: tensor.name, shape: [], dtype: tensor.dtype },
  );
}
