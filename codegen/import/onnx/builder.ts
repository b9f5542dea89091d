import {
  byteLength,
  type DType,
  type Quantization,
  type Tensor,
  type TensorId,
  type Variable,
} from "../../graph/graph.js";
import type { AttributesOf, Op, OpKind } from "../../graph/op.js";
import { MAX_BYTES_TOGETHER, tensorProblems } from "../../graph/tensors.js";
import { type Problem, refuse, refuseAny, tensorPlace } from "../../problems/problem.js";
import { safeName } from "../tflite/names.js";
import { type Constant, encodeNumbers } from "./constant.js";

/** What elements of a tensor are. */
export interface ElementType {
  readonly dtype: DType;
  readonly quantization?: Quantization;
}

export const FLOAT: ElementType = { dtype: "float32" };

/** Gathers the tensors and operators of a graph. What a small file can ask for is bounded as tensors are added. */
export class GraphBuilder {
  readonly tensors: Tensor[] = [];
  readonly ops: Op[] = [];
  readonly variables: Variable[] = [];
  /** Names that are taken, and how many others were made of each. */
  private readonly names = new Map<string, number>();
  private bytes = 0;

  /** @throws Refusal where the tensor is not sound or all together are too large */
  tensor(name: string, tensor: Omit<Tensor, "name">): TensorId {
    const id = this.tensors.length;
    const named = { name: this.unique(safeName(name)), ...tensor };
    refuseAny(
      tensorProblems([named]).map((problem) => ({ ...problem, place: tensorPlace(id, named) }) as Problem),
    );
    this.bytes += byteLength(named);
    if (this.bytes > MAX_BYTES_TOGETHER) refuse("all-too-large", { bytes: this.bytes });
    this.tensors.push(named);
    return id;
  }

  constant(name: string, { shape, dtype, data, quantization }: Constant): TensorId {
    return this.tensor(name, { shape, dtype, data, ...(quantization && { quantization }) });
  }

  /** State of an operator, which begins with zeros. */
  state(name: string, shape: readonly number[]): TensorId {
    const variable = this.variables.length;
    const id = this.tensor(name, { shape, dtype: "float32", variable });
    const initial = new Uint8Array(byteLength(this.tensors[id]));
    this.variables.push({ name: this.tensors[id].name, shape, dtype: "float32", initial });
    return id;
  }

  /** A list of indexes: axes, sizes, paddings. */
  indexes(name: string, values: readonly number[], shape: readonly number[] = [values.length]): TensorId {
    return this.constant(name, { shape, dtype: "int32", data: encodeNumbers(values, "int32") });
  }

  /** Adds an operator with one output. */
  emit<K extends OpKind>(
    kind: K,
    attributes: AttributesOf<K>,
    inputs: readonly (TensorId | null)[],
    output: { readonly name: string; readonly shape: readonly number[]; readonly type: ElementType },
  ): TensorId {
    const id = this.tensor(output.name, { shape: output.shape, ...output.type });
    this.add(kind, attributes, inputs, [id]);
    return id;
  }

  /** Adds an operator. */
  add<K extends OpKind>(
    kind: K,
    attributes: AttributesOf<K>,
    inputs: readonly (TensorId | null)[],
    outputs: readonly TensorId[],
  ): void {
    const { name } = this.tensors[outputs[0]];
    this.ops.push({ kind, name, inputs, outputs, attributes } as unknown as Op);
  }

  /** Gives a tensor the name that users know it by; a tensor that has it takes the other one's. */
  rename(id: TensorId, name: string): void {
    const { tensors } = this;
    const other = tensors.findIndex((tensor) => tensor.name === name);
    if (other === id) return;
    if (other >= 0) tensors[other] = { ...tensors[other], name: tensors[id].name };
    tensors[id] = { ...tensors[id], name: safeName(name) };
  }

  /** The operators, each with the name of its first output. */
  named(): Op[] {
    return this.ops.map((op) => ({ ...op, name: this.tensors[op.outputs[0]].name }));
  }

  /** The element type of a tensor. */
  typeOf(id: TensorId): ElementType {
    const { dtype, quantization } = this.tensors[id];
    return { dtype, ...(quantization && { quantization }) };
  }

  private unique(name: string): string {
    let unique = name;
    let count = this.names.get(name) ?? 0;
    while (this.names.has(unique)) unique = `${name}#${++count}`;
    this.names.set(name, count).set(unique, 0);
    return unique;
  }
}
