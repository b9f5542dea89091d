/** Builds float graphs operator by operator; shapes are inferred. */
import type { Graph, Tensor, TensorId } from "../../codegen/graph/graph.js";
import type { AttributesOf, Op, OpKind } from "../../codegen/graph/op.js";
import { Node } from "../../codegen/ops/node.js";
import { operatorOf } from "../../codegen/ops/registry.js";

/** Attributes of a convolution that keeps its image's size, and of its RELU. */
export const SAME_RELU = {
  padding: "SAME",
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  activation: "RELU",
} as const;

export class FloatGraph {
  private readonly tensors: Tensor[] = [];
  private readonly ops: Op[] = [];
  private readonly inputs: TensorId[] = [];
  private state: number;

  /** @param seed of the constants: the same for the same seed */
  constructor(seed = 1) {
    this.state = (seed % 2147483646) + 1;
  }

  input(shape: readonly number[]): TensorId {
    const id = this.add({ name: `input${this.inputs.length}`, shape, dtype: "float32" });
    this.inputs.push(id);
    return id;
  }

  shape(id: TensorId): readonly number[] {
    return this.tensors[id].shape;
  }

  /** Numbers between −1 and 1. */
  random(length: number): Float32Array {
    return Float32Array.from({ length }, () => {
      this.state = (this.state * 48271) % 2147483647;
      return this.state / 2 ** 30 - 1;
    });
  }

  /** A constant; random where no values are given. */
  constant(shape: readonly number[], values?: ArrayLike<number>): TensorId {
    const data = values ? Float32Array.from(values) : this.random(shape.reduce((a, b) => a * b, 1));
    return this.add({
      name: `constant${this.tensors.length}`,
      shape,
      dtype: "float32",
      data: new Uint8Array(data.buffer),
    });
  }

  /** A constant list of indexes, or one index where `shape` is empty. */
  indexes(values: readonly number[], shape: readonly number[] = [values.length]): TensorId {
    const data = new Uint8Array(Int32Array.from(values).buffer);
    return this.add({ name: `indexes${this.tensors.length}`, shape, dtype: "int32", data });
  }

  /** An operator with one output. */
  op<K extends OpKind>(
    kind: K,
    attributes: AttributesOf<K>,
    ...inputs: readonly (TensorId | null)[]
  ): TensorId {
    return this.split(kind, attributes, inputs, 1)[0];
  }

  /** An operator with several outputs. */
  split<K extends OpKind>(
    kind: K,
    attributes: AttributesOf<K>,
    inputs: readonly (TensorId | null)[],
    count: number,
  ): TensorId[] {
    const name = `${kind} ${this.ops.length}`;
    const outputs = Array.from({ length: count }, (_, i) =>
      this.add({ name: i === 0 ? name : `${name}:${i}`, shape: [], dtype: "float32" }),
    );
    const op = { kind, name, inputs, outputs, attributes } as unknown as Op;
    const shapes = operatorOf(op).infer(new Node(this.graph([]), op));
    outputs.forEach((id, i) => {
      this.tensors[id] = { ...this.tensors[id], shape: shapes[i] };
    });
    this.ops.push(op);
    return outputs;
  }

  graph(outputs: readonly TensorId[]): Graph {
    const { tensors, ops, inputs } = this;
    return {
      name: "float",
      tensors: [...tensors],
      ops: [...ops],
      inputs: [...inputs],
      outputs,
      variables: [],
    };
  }

  private add(tensor: Tensor): TensorId {
    return this.tensors.push(tensor) - 1;
  }
}
