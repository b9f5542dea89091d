import { elementsOf } from "../graph/elements.js";
import type { Graph, Tensor, TensorId } from "../graph/graph.js";
import type { AttributesOf, Op, OpKind } from "../graph/op.js";
import { inOrder } from "../graph/order.js";
import { Node } from "../ops/node.js";

/**
 * A float graph while passes rewrite it. Tensors keep their index, new ones come last; operators that nobody needs any
 * more go at once, so that who reads a tensor is always known.
 */
export class Editor {
  readonly tensors: Tensor[];
  private readonly source: Graph;
  private readonly live = new Set<Op>();
  private readonly producers = new Map<TensorId, Op>();
  private readonly users = new Map<TensorId, Set<Op>>();
  private readonly names = new Set<string>();

  constructor(graph: Graph) {
    this.source = graph;
    this.tensors = [...graph.tensors];
    for (const op of graph.ops) this.add(op);
  }

  /** The operators as they are now, in no order. */
  get ops(): readonly Op[] {
    return [...this.live];
  }

  has(op: Op): boolean {
    return this.live.has(op);
  }

  /** An operator as its rules see it. */
  node(op: Op): Node {
    return new Node({ ...this.source, tensors: this.tensors }, op);
  }

  shape(id: TensorId): readonly number[] {
    return this.tensors[id].shape;
  }

  producer(id: TensorId): Op | undefined {
    return this.producers.get(id);
  }

  readers(id: TensorId): readonly Op[] {
    return [...(this.users.get(id) ?? [])];
  }

  isOutput(id: TensorId): boolean {
    return this.source.outputs.includes(id);
  }

  /** Whether anyone reads a tensor. */
  isNeeded(id: TensorId): boolean {
    return this.isOutput(id) || (this.users.get(id)?.size ?? 0) > 0;
  }

  /** The operator that made a tensor, if nothing but one operator reads that tensor. */
  onlyFor(id: TensorId): Op | undefined {
    return this.readers(id).length === 1 && !this.isOutput(id) ? this.producer(id) : undefined;
  }

  /** The values of a float32 constant. */
  floats(id: TensorId): Float32Array | undefined {
    const { dtype, data } = this.tensors[id];
    return data && dtype === "float32" ? (elementsOf(dtype, data) as Float32Array) : undefined;
  }

  add(op: Op): void {
    this.live.add(op);
    this.names.add(op.name);
    for (const id of op.outputs) this.producers.set(id, op);
    for (const id of op.inputs) {
      if (id === null) continue;
      const users = this.users.get(id);
      if (users) users.add(op);
      else this.users.set(id, new Set([op]));
    }
  }

  /** Takes an operator out, and those before it that only it needed. */
  remove(op: Op): void {
    const removed = [op];
    for (let next = removed.pop(); next; next = removed.pop()) {
      this.detach(next);
      for (const id of next.inputs) {
        const before = id === null ? undefined : this.producers.get(id);
        if (before && !before.outputs.some((output) => this.isNeeded(output))) removed.push(before);
      }
    }
  }

  /** Puts operators in the place of another; what both produce is from then on made by the new ones. */
  replace(op: Op, ...others: readonly Op[]): void {
    for (const other of others) this.add(other);
    this.remove(op);
  }

  /** Has everyone who reads a tensor read another one. */
  redirect(from: TensorId, to: TensorId): void {
    for (const reader of this.readers(from))
      this.replace(reader, { ...reader, inputs: reader.inputs.map((id) => (id === from ? to : id)) } as Op);
  }

  /**
   * Takes out an operator whose output 0 equals its input `position` in shape and values.
   *
   * @returns false where it is all that leads from a model input or constant to a model output
   */
  bypass(op: Op, position = 0): boolean {
    const input = op.inputs[position]!;
    const [output] = op.outputs;
    if (this.isOutput(output)) {
      const producer = this.producer(input);
      if (!producer || this.isOutput(input)) return false;
      this.detach(op);
      this.replace(producer, {
        ...producer,
        outputs: producer.outputs.map((id) => (id === input ? output : id)),
      } as Op);
      this.redirect(input, output);
      return true;
    }
    this.redirect(output, input);
    this.remove(op);
    return true;
  }

  /** A new tensor for values that are computed. */
  tensor(name: string, shape: readonly number[]): TensorId {
    return this.tensors.push({ name, shape, dtype: "float32" }) - 1;
  }

  /**
   * A constant. It takes the place of the constant `instead` where only one operator reads that, so that models do not grow.
   */
  constant(
    name: string,
    shape: readonly number[],
    values: Float32Array | Int32Array,
    instead?: TensorId | null,
  ) {
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const dtype = values instanceof Float32Array ? "float32" : "int32";
    if (typeof instead === "number" && this.readers(instead).length === 1 && !this.isOutput(instead)) {
      this.tensors[instead] = { name: this.tensors[instead].name, shape, dtype, data };
      return instead;
    }
    return this.tensors.push({ name, shape, dtype, data }) - 1;
  }

  /** A constant list of indexes. */
  indexes(name: string, values: readonly number[]): TensorId {
    return this.constant(name, [values.length], Int32Array.from(values));
  }

  /** Adds an operator with one output, which is new. */
  emit<K extends OpKind>(
    kind: K,
    attributes: AttributesOf<K>,
    inputs: readonly (TensorId | null)[],
    name: string,
    shape: readonly number[],
  ): TensorId {
    const unique = this.unique(name);
    const output = this.tensor(unique, shape);
    this.add(operation(kind, attributes, unique, inputs, [output]));
    return output;
  }

  /** A name for an operator that no other has. */
  unique(name: string): string {
    let unique = name;
    for (let i = 1; this.names.has(unique); i++) unique = `${name}#${i}`;
    return unique;
  }

  /** The graph as it is now. Tensors that nobody refers to any more are empty. */
  graph(): Graph {
    const ops = inOrder(this.ops);
    const used = new Set([this.source, ...ops].flatMap(({ inputs, outputs }) => [...inputs, ...outputs]));
    const tensors = this.tensors.map((tensor, id) =>
      used.has(id) ? tensor : { name: tensor.name, shape: [], dtype: tensor.dtype },
    );
    return { ...this.source, tensors, ops };
  }

  private detach(op: Op): void {
    this.live.delete(op);
    for (const id of op.outputs) if (this.producers.get(id) === op) this.producers.delete(id);
    for (const id of op.inputs) if (id !== null) this.users.get(id)?.delete(op);
  }
}

/** An operator; its kind and attributes belong together. */
export function operation<K extends OpKind>(
  kind: K,
  attributes: AttributesOf<K>,
  name: string,
  inputs: readonly (TensorId | null)[],
  outputs: readonly TensorId[],
): Op {
  return { kind, name, inputs, outputs, attributes } as unknown as Op;
}
