import type { Activation } from "../../arithmetic/activation.js";
import { elements, type Quantization, type TensorId } from "../../graph/graph.js";
import type { AttributesOf, OpKind } from "../../graph/op.js";
import { type Code, type Details, opPlace, type Place, refuse } from "../../problems/problem.js";
import { Attributes } from "./attributes.js";
import { type ElementType, FLOAT, type GraphBuilder } from "./builder.js";
import { arranged, type Constant, numbers, real } from "./constant.js";
import type { ExternalFiles } from "./external.js";
import { arrange, channelsFirst, channelsLast, isImage, type Layout } from "./layout.js";
import { quantizedBias } from "./quantize.js";
import type * as schema from "./schema.js";
import { realOf, Stored, type Value } from "./value.js";

/** What a node computes in int8: its output's quantization, and the activation that comes before that. */
export interface Target {
  readonly quantization: Quantization;
  readonly activation: Activation;
}

/** What nodes of one model share. */
export interface Shared {
  readonly builder: GraphBuilder;
  readonly opset: number;
  readonly files: ExternalFiles;
}

/** A node of the file as its translator sees it: values by position, tensors to compute with, refusals with their place. */
export class OnnxNode {
  readonly opset: number;
  readonly place: Place;
  readonly attributes: Attributes;
  readonly builder: GraphBuilder;
  readonly files: ExternalFiles;
  /** Names of the outputs; those that are left out at the end are not here. */
  readonly outputs: readonly string[];

  /**
   * @param inputs undefined for those that are left out
   * @param target undefined where the node computes in float32
   */
  constructor(
    shared: Shared,
    readonly source: schema.Node,
    readonly inputs: readonly (Value | undefined)[],
    readonly target: Target | undefined,
  ) {
    const { builder, opset, files } = shared;
    this.builder = builder;
    this.opset = opset;
    this.files = files;
    this.outputs = source.output.slice(0, source.output.findLastIndex((name) => name !== "") + 1);
    this.place = placeOf(source);
    this.attributes = new Attributes(source.attribute, this.place);
  }

  /** A required input. */
  input(position: number): Value {
    return this.inputs[position] ?? this.refuse("input-missing", { input: position });
  }

  /** A required input that is known already. */
  constant(position: number, role: string): Constant {
    return this.input(position).constant ?? this.refuse("onnx-input-computed", { role });
  }

  /** The numbers of an input that must be known, if it is given. */
  numbers(position: number, role: string): readonly number[] | undefined {
    return this.inputs[position] && numbers(this.constant(position, role));
  }

  /** A list of integers that is an attribute up to an opset, and an input since. */
  list(attribute: string, position: number, since: number): readonly number[] | undefined {
    return this.opset < since ? this.attributes.ints(attribute) : this.numbers(position, attribute);
  }

  /** An axis, counted from the end where it is negative. */
  axis(axis: number, rank: number): number {
    const found = axis < 0 ? axis + rank : axis;
    if (!Number.isInteger(found) || found < 0 || found >= rank)
      this.attributes.refuse("an axis", `${axis}`, `${-rank} to ${rank - 1}`);
    return found;
  }

  /** The activation that the operator has to apply itself. */
  get activation(): Activation {
    return this.target?.activation ?? "NONE";
  }

  /** What the tensors are in which a computed value is kept, as this node computes with it. */
  stored(value: Value): Stored {
    const stored = this.target ? value.quantized : realOf(this.builder, value);
    return stored ?? this.refuse("onnx-input-constant", {});
  }

  /** The tensors of a value in whatever type it is kept: for what only moves elements. */
  moved(value: Value): Stored {
    return value.quantized ?? value.real ?? this.refuse("onnx-input-constant", {});
  }

  /** Whether values of these shapes are taken with channels last: where one of them is kept so, and all can be. */
  commonLayout(values: readonly Value[]): Layout {
    const rank = Math.max(...values.map(({ shape }) => shape.length));
    const computed = values.filter(({ constant }) => !constant);
    const last =
      isImage(rank) &&
      computed.some((value) => this.moved(value).isLast) &&
      computed.every(({ shape }) => shape.length === rank);
    return last ? channelsLast(rank) : channelsFirst(rank);
  }

  /** The tensor of a value in a layout. */
  tensor(stored: Stored, layout: Layout): TensorId {
    return isLast(layout, stored.shape.length) ? stored.channelsLast() : stored.channelsFirst();
  }

  /** The tensor of an operand that may be constant, with as many dimensions as the layout has axes. */
  operand(value: Value, layout: Layout): TensorId {
    if (!value.constant) return this.tensor(this.stored(value), layout);
    const constant = this.element(value.constant);
    if (elements(constant.shape) === 1) return this.known("operand", { ...constant, shape: [1] });
    const rank = Math.max(...layout.axes.map((axis) => (axis ?? 0) + 1));
    const shape = [...new Array<number>(rank - constant.shape.length).fill(1), ...constant.shape];
    return this.known("operand", arranged({ ...constant, shape }, layout));
  }

  /** A constant as this node computes with it. */
  element(constant: Constant): Constant {
    return this.target ? constant : real(constant);
  }

  /** A constant tensor of this node. */
  known(role: string, constant: Constant): TensorId {
    return this.builder.constant(this.name(role), constant);
  }

  indexes(role: string, values: readonly number[], shape?: readonly number[]): TensorId {
    return this.builder.indexes(this.name(role), values, shape);
  }

  /** The bias of a convolution or dense layer: int32 in the scale of its products where those are int8. */
  bias(constant: Constant, input: TensorId, weights: Constant): TensorId {
    const flat = { ...constant, shape: [elements(constant.shape)] };
    const scale = this.builder.typeOf(input).quantization?.scales[0] ?? 1;
    return this.known("bias", this.target ? quantizedBias(flat, scale, weights, this.target) : real(flat));
  }

  /** Adds an operator that computes: in the type of the node's output. */
  compute<K extends OpKind>(
    kind: K,
    attributes: AttributesOf<K>,
    inputs: readonly (TensorId | null)[],
    shape: readonly number[],
    step?: string,
  ): TensorId {
    const type: ElementType = this.target ? { dtype: "int8", quantization: this.target.quantization } : FLOAT;
    return this.builder.emit(kind, attributes, inputs, { name: this.name(step), shape, type });
  }

  /** Adds an operator whose output has the type of its first input. */
  move<K extends OpKind>(
    kind: K,
    attributes: AttributesOf<K>,
    inputs: readonly TensorId[],
    shape: readonly number[],
    step?: string,
  ): TensorId {
    const type = this.builder.typeOf(inputs[0]);
    return this.builder.emit(kind, attributes, inputs, { name: this.name(step), shape, type });
  }

  /** A tensor in int8 of the given quantization: itself, or rescaled. */
  requantize(id: TensorId, quantization: Quantization, step: string): TensorId {
    const found = this.builder.typeOf(id).quantization;
    if (found && sameQuantization(found, quantization)) return id;
    const { shape } = this.builder.tensors[id];
    const type: ElementType = { dtype: "int8", quantization };
    return this.builder.emit("QUANTIZE", {}, [id], { name: this.name(step), shape, type });
  }

  /** An output, of the given shape, that a tensor in a layout holds. */
  result(id: TensorId, shape: readonly number[], layout: Layout): Value {
    const last = isLast(layout, shape.length);
    const stored = new Stored(this.builder, shape, last ? { last: id } : { first: id });
    return computed(stored, this.builder);
  }

  /** An output whose tensor has its axes as ONNX has them. */
  first(id: TensorId): Value {
    const { shape } = this.builder.tensors[id];
    return this.result(id, shape, channelsFirst(shape.length));
  }

  /** Names what the node adds: the output, or a step on the way to it. */
  name(step?: string, output = 0): string {
    const base = this.outputs[output] || this.source.name || this.source.opType || "node";
    return step ? `${base}/${step}` : base;
  }

  refuse<C extends Code>(code: C, details: Details[C]): never {
    return refuse(code, details, this.place);
  }
}

/** A value that is kept in float32 or in int8, as its tensor says. */
export function computed(stored: Stored, builder: GraphBuilder): Value {
  const { shape } = stored;
  return builder.typeOf(stored.any).quantization ? { shape, quantized: stored } : { shape, real: stored };
}

/** A node as the place of a problem. */
export function placeOf({ opType, name, output }: schema.Node): Place {
  return opPlace({ kind: opType ?? "", name: name || output[0] || "" });
}

export function sameQuantization(a: Quantization, b: Quantization): boolean {
  return (
    a.scales.length === b.scales.length &&
    a.scales.every((scale, i) => scale === b.scales[i] && a.zeroPoints[i] === b.zeroPoints[i])
  );
}

function isLast(layout: Layout, rank: number): boolean {
  return isImage(rank) && arrange(layout, [0, 1, 2, 3], -1).at(-1) === 1;
}
