import type { Graph, Quantization, Tensor, TensorId } from "../graph/graph.js";
import type { Op } from "../graph/op.js";
import { type Code, type Details, opPlace, refuse } from "../problems/problem.js";

/** An operator of a graph as its Operator sees it: tensors by position, refusals with their place filled in. */
export class Node<Attributes = unknown> {
  readonly graph: Graph;
  readonly op: Op;
  readonly attributes: Attributes;

  constructor(graph: Graph, op: Op) {
    this.graph = graph;
    this.op = op;
    this.attributes = op.attributes as Attributes;
  }

  /** The tensor index of a required input. */
  inputId(position: number): TensorId {
    return this.op.inputs[position] ?? this.refuse("input-missing", { input: position });
  }

  /** The tensor of a required input. */
  input(position: number): Tensor {
    return this.graph.tensors[this.inputId(position)];
  }

  /** The tensor of an input that may be absent. */
  optional(position: number): Tensor | undefined {
    const id = this.op.inputs[position];
    return id === null || id === undefined ? undefined : this.graph.tensors[id];
  }

  outputId(position = 0): TensorId {
    return this.op.outputs[position];
  }

  output(position = 0): Tensor {
    return this.graph.tensors[this.outputId(position)];
  }

  /** The bytes of a constant input. */
  constant(position: number, role: string): Uint8Array {
    return this.input(position).data ?? this.refuse("constant-needed", { role });
  }

  /** The index of the variable that an input of the operator's own state is. */
  state(position: number, role: string): number {
    return this.input(position).variable ?? this.refuse("state-needed", { role });
  }

  /** The values of a constant int16, int32 or int64 input, such as axes, paddings, a shape or biases. */
  integers(position: number, role: string): number[] {
    const data = this.constant(position, role);
    const { dtype } = this.input(position);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    if (dtype === "int16")
      return Array.from({ length: data.byteLength / 2 }, (_, i) => view.getInt16(i * 2, true));
    if (dtype === "int32")
      return Array.from({ length: data.byteLength / 4 }, (_, i) => view.getInt32(i * 4, true));
    if (dtype === "int64")
      return Array.from({ length: data.byteLength / 8 }, (_, i) => Number(view.getBigInt64(i * 8, true)));
    return this.refuse("type-not-supported", { role, dtype, supported: ["int16", "int32", "int64"] });
  }

  /** The one scale and zero point of a tensor; `role` names it in refusals. */
  perTensor(tensor: Tensor, role: string): { readonly scale: number; readonly zeroPoint: number } {
    const quantization = this.quantization(tensor, role);
    if (quantization.scales.length !== 1) this.refuse("quantization-per-tensor", { role });
    return { scale: quantization.scales[0], zeroPoint: quantization.zeroPoints[0] };
  }

  quantization(tensor: Tensor, role: string): Quantization {
    return tensor.quantization ?? this.refuse("quantization-missing", { role });
  }

  /** Refuses a tensor of a type other than those given. */
  requireType(tensor: Tensor, role: string, supported: readonly Tensor["dtype"][]): void {
    if (!supported.includes(tensor.dtype))
      this.refuse("type-not-supported", { role, dtype: tensor.dtype, supported });
  }

  /** Refuses a quantized tensor with a zero point other than 0. */
  requireZeroPoint(tensor: Tensor, role: string): void {
    const { zeroPoint } = this.perTensor(tensor, role);
    if (zeroPoint !== 0) this.refuse("zero-point-needed", { role, zeroPoint });
  }

  /** Refuses two tensors that differ in scale or zero point. */
  requireSameQuantization(a: Tensor, first: string, b: Tensor, second: string): void {
    const p = this.perTensor(a, first);
    const q = this.perTensor(b, second);
    if (p.scale !== q.scale || p.zeroPoint !== q.zeroPoint)
      this.refuse("quantization-same", { first, second });
  }

  /** Refuses this operator. */
  refuse<C extends Code>(code: C, details: Details[C]): never {
    return refuse(code, details, opPlace(this.op));
  }
}
