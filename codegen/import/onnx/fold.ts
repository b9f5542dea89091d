/**
 * Nodes whose inputs are all known, computed as the model is read: exporters compute shapes with nodes, and some weights.
 * Semantics: ONNX's Operators.md.
 */
import { byteLength, type DType, elements } from "../../graph/graph.js";
import {
  arranged,
  type Constant,
  constantOf,
  dataType,
  gather,
  numbers,
  readTensor,
  real,
  stridesOf,
} from "./constant.js";
import type { OnnxNode } from "./node.js";
import { ranges } from "./operators/movement.js";
import {
  flattenedShape,
  permutation,
  squeezedShape,
  unsqueezedShape,
  wantedShape,
} from "./operators/shape.js";
import type { Value } from "./value.js";

type Fold = (node: OnnxNode, inputs: readonly Constant[]) => Constant;

/** What one constant may have, as one tensor. */
const MAX_BYTES = 2 ** 24;

/** What a node computes of constants; undefined where it is left to its translator. */
export function fold(node: OnnxNode): Value | undefined {
  if (node.source.opType === "Shape") return known(shapeOf(node));
  const constants = node.inputs.map((value) => value?.constant);
  const compute = FOLDS[node.source.opType ?? ""];
  if (!compute || constants.some((constant, i) => !constant && node.inputs[i])) return undefined;
  return known(
    compute(
      node,
      constants.filter((constant) => constant !== undefined),
    ),
  );
}

function known(constant: Constant): Value {
  return { shape: constant.shape, constant };
}

/** Shapes are known, whatever the values are. */
function shapeOf(node: OnnxNode): Constant {
  const { shape } = node.input(0);
  const clamp = (i: number) => Math.max(0, Math.min(shape.length, i < 0 ? i + shape.length : i));
  const [start, end] = [node.attributes.int("start", 0), node.attributes.int("end", shape.length)];
  const sizes = shape.slice(clamp(start), clamp(end));
  return constantOf(sizes, "int64", [sizes.length]);
}

const withShape = (constant: Constant, shape: readonly number[]): Constant => ({ ...real8(constant), shape });

/** Quantized constants keep their quantization where it goes with the whole; else they become float32. */
function real8(constant: Constant): Constant {
  return constant.quantization && constant.quantization.scales.length > 1 ? real(constant) : constant;
}

function requireSmall(node: OnnxNode, shape: readonly number[], dtype: DType): void {
  if (byteLength({ shape, dtype }) > MAX_BYTES) node.refuse("too-large", { shape });
}

/** Elements of both operands, broadcast. */
function binary(compute: (a: number, b: number, dtype: DType) => number): Fold {
  return (node, [left, right]) => {
    if (!left || !right) return node.refuse("input-missing", { input: left ? 1 : 0 });
    const operands = [left, right].map((constant) => (constant.quantization ? real(constant) : constant));
    const [a, b] = operands;
    const rank = Math.max(a.shape.length, b.shape.length);
    const [p, q] = operands.map(({ shape }) => [...new Array<number>(rank - shape.length).fill(1), ...shape]);
    if (p.some((size, i) => size !== q[i] && size !== 1 && q[i] !== 1))
      node.refuse("shape", { why: `[${a.shape.join(", ")}] and [${b.shape.join(", ")}] do not broadcast` });
    const shape = p.map((size, i) => (size === 1 ? q[i] : size));
    requireSmall(node, shape, a.dtype);
    const spread = (constant: Constant, sizes: readonly number[]) =>
      numbers(
        gather(
          constant,
          shape,
          stridesOf(sizes).map((stride, i) => (sizes[i] === 1 ? 0 : stride)),
        ),
      );
    const [x, y] = [spread(a, p), spread(b, q)];
    return constantOf(
      x.map((value, i) => compute(value, y[i], a.dtype)),
      a.dtype,
      shape,
    );
  };
}

function unary(compute: (x: number) => number): Fold {
  return (_, [constant]) => {
    const { shape, dtype } = constant.quantization ? real(constant) : constant;
    return constantOf(numbers(real8(constant)).map(compute), dtype, shape);
  };
}

const FOLDS: Readonly<Record<string, Fold>> = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b, dtype) => (dtype === "float32" ? a / b : Math.trunc(a / b))),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Sqrt: unary(Math.sqrt),
  Identity: (_, [constant]) => constant,

  Constant: (node) => {
    const { attributes } = node;
    const tensor = attributes.tensor("value");
    if (tensor) return readTensor(tensor, node.files);
    const [float, floats] = [attributes.has("value_float"), attributes.floats("value_floats")];
    if (float) return constantOf([attributes.float("value_float", 0)], "float32", []);
    if (floats) return constantOf(floats, "float32", [floats.length]);
    const ints = attributes.ints("value_ints");
    if (ints) return constantOf(ints, "int64", [ints.length]);
    return constantOf([attributes.int("value_int", 0)], "int64", []);
  },

  ConstantOfShape: (node, [constant]) => {
    const shape = numbers(constant);
    const tensor = node.attributes.tensor("value");
    const { dtype, data } = tensor ? readTensor(tensor, node.files) : constantOf([0], "float32", [1]);
    if (shape.length > 8) node.refuse("too-many-dimensions", { rank: shape.length });
    const axis = shape.findIndex((size) => size < 0);
    if (axis >= 0) node.refuse("dimension", { axis, size: shape[axis] });
    requireSmall(node, shape, dtype);
    return gather(
      { shape: [1], dtype, data },
      shape,
      shape.map(() => 0),
    );
  },

  Cast: (node, [constant]) => {
    const dtype = dataType(node.attributes.int("to", 0), node.name());
    const whole = dtype === "float32" ? (x: number) => x : Math.trunc;
    return constantOf(numbers(constant).map(whole), dtype, constant.shape);
  },

  Concat: (node, constants) => {
    const [first] = constants;
    const axis = node.axis(node.attributes.int("axis", 0), first.shape.length);
    const parts = constants.map((constant) => ({
      bytes: constant.data.length / Math.max(1, elements(constant.shape.slice(0, axis))),
      data: constant.data,
    }));
    if (constants.some(({ shape, dtype }) => shape.length !== first.shape.length || dtype !== first.dtype))
      node.refuse("shape", { why: "constants of other shapes or types side by side" });
    const shape = first.shape.with(
      axis,
      constants.reduce((sum, constant) => sum + constant.shape[axis], 0),
    );
    const { dtype } = first;
    requireSmall(node, shape, dtype);
    const data = new Uint8Array(byteLength({ shape, dtype }));
    if (parts.reduce((sum, part) => sum + part.data.length, 0) !== data.length)
      node.refuse("shape", { why: "constants of other shapes side by side" });
    let at = 0;
    for (let row = 0; at < data.length; row++) {
      for (const part of parts) {
        data.set(part.data.subarray(row * part.bytes, (row + 1) * part.bytes), at);
        at += part.bytes;
      }
    }
    return { shape, dtype, data };
  },

  Gather: (node, [constant, indices]) => {
    const { shape, dtype, data } = real8(constant);
    const axis = node.axis(node.attributes.int("axis", 0), shape.length);
    const wanted = numbers(indices).map((index) => node.axis(index, shape[axis]));
    const to = [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)];
    if (to.length > 8) node.refuse("too-many-dimensions", { rank: to.length });
    requireSmall(node, to, dtype);
    const outer = elements(shape.slice(0, axis));
    const block = data.length / Math.max(1, outer * shape[axis]);
    const result = new Uint8Array(byteLength({ shape: to, dtype }));
    let at = 0;
    for (let row = 0; row < outer; row++) {
      for (const index of wanted) {
        const from = (row * shape[axis] + index) * block;
        result.set(data.subarray(from, from + block), at);
        at += block;
      }
    }
    return { shape: to, dtype, data: result };
  },

  Range: (node, [start, limit, delta]) => {
    const [from, to, by] = [start, limit, delta].map((constant) => numbers(constant)[0]);
    const count = Math.max(0, Math.ceil((to - from) / by));
    if (!(count <= MAX_BYTES / 8)) node.refuse("too-large", { shape: [count] });
    return constantOf(
      Array.from({ length: count }, (_, i) => from + i * by),
      start.dtype,
      [count],
    );
  },

  Reshape: (node, [constant]) => {
    const shape = wantedShape(node, constant.shape);
    if (elements(shape) !== elements(constant.shape))
      node.refuse("shape", { why: `[${constant.shape.join(", ")}] in the shape [${shape.join(", ")}]` });
    return withShape(constant, shape);
  },
  Flatten: (node, [constant]) => withShape(constant, flattenedShape(node, constant.shape)),
  Squeeze: (node, [constant]) => withShape(constant, squeezedShape(node, constant.shape)),
  Unsqueeze: (node, [constant]) => withShape(constant, unsqueezedShape(node, constant.shape)),
  Transpose: (node, [constant]) => arranged(constant, { axes: permutation(node, constant.shape.length) }),

  Slice: (node, [constant]) => {
    const parts = ranges(node, constant.shape);
    const strides = stridesOf(constant.shape);
    const start = parts.reduce((sum, { begin }, axis) => sum + begin * strides[axis], 0);
    return gather(
      constant.quantization ? real(constant) : constant,
      parts.map(({ size }) => size),
      parts.map(({ step }, axis) => step * strides[axis]),
      start,
    );
  },
};

/** Types of nodes that are computed where all they need is known. */
export const FOLDED: ReadonlySet<string> = new Set(["Shape", ...Object.keys(FOLDS)]);
