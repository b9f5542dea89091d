/** Operators that cut, join and pad. */
import type { TensorId } from "../../../graph/graph.js";
import { constantOf, realValues } from "../constant.js";
import { arrange, type Layout, place } from "../layout.js";
import { computed, type OnnxNode } from "../node.js";
import type { Translator } from "../translator.js";
import type { Value } from "../value.js";
import { Stored } from "../value.js";
import { reshaped, sameShape } from "./shape.js";

/** Side by side along an axis. In int8 all have the output's scale, or, where it is not known, the first one's. */
export const concat: Translator = {
  layout: "kept",
  operands: Number.POSITIVE_INFINITY,
  joins: true,

  translate(node) {
    const values = node.inputs.map((_, i) => node.input(i));
    const { shape } = values[0] ?? node.refuse("input-missing", { input: 0 });
    const axis = node.axis(node.attributes.int("axis", 1), shape.length);
    for (const { shape: other } of values)
      if (other.length !== shape.length || !sameShape(other.with(axis, 0), shape.with(axis, 0)))
        node.refuse("shape", { why: `[${other.join(", ")}] beside [${shape.join(", ")}]` });
    const layout = node.commonLayout(values);
    const target = node.target?.quantization;
    const ids = values.map((value, i) => {
      const id = value.constant ? constantPart(node, value, layout) : node.tensor(node.stored(value), layout);
      return target ? node.requantize(id, target, `part-${i}`) : id;
    });
    const sum = values.reduce((width, value) => width + value.shape[axis], 0);
    const to = shape.with(axis, sum);
    const attributes = { axis: place(layout, axis), activation: "NONE" } as const;
    return node.result(node.move("CONCATENATION", attributes, ids, arrange(layout, to, 1)), to, layout);
  },
};

/** A constant part in its full shape: joining does not broadcast. */
function constantPart(node: OnnxNode, value: Value, layout: Layout): TensorId {
  const id = node.operand(value, layout);
  const { shape } = node.builder.tensors[id];
  const full = arrange(layout, value.shape, 1);
  return sameShape(shape, full) ? id : node.move("RESHAPE", { newShape: full }, [id], full, "part");
}

/** Cut along an axis: into equal parts, or parts of given sizes. */
export const split: Translator = {
  layout: "kept",
  moves: true,

  translate(node) {
    const value = node.input(0);
    const { shape } = value;
    const axis = node.axis(node.attributes.int("axis", 0), shape.length);
    const sizes = partSizes(node, shape[axis]);
    if (sizes.length !== node.outputs.length || sizes.reduce((a, b) => a + b, 0) !== shape[axis])
      node.refuse("shape", { why: `${shape[axis]} elements in parts of [${sizes.join(", ")}]` });
    const layout = node.commonLayout([value]);
    const from = node.tensor(node.moved(value), layout);
    const { builder } = node;
    const shapes = sizes.map((size) => shape.with(axis, size));
    const outputs = shapes.map((part, i) =>
      builder.tensor(node.name(undefined, i), { shape: arrange(layout, part, 1), ...builder.typeOf(from) }),
    );
    const along = node.indexes("axis", [place(layout, axis)], []);
    const count = sizes.length;
    if (sizes.every((size) => size === sizes[0])) builder.add("SPLIT", { count }, [along, from], outputs);
    else builder.add("SPLIT_V", { count }, [from, node.indexes("sizes", sizes), along], outputs);
    return outputs.map((id, i) => node.result(id, shapes[i], layout));
  },
};

function partSizes(node: OnnxNode, length: number): readonly number[] {
  const given = node.list("split", 1, 13);
  if (given) return given;
  const count = node.attributes.int("num_outputs", node.outputs.length);
  const size = Math.ceil(length / Math.max(1, count));
  return node.outputs.map((_, i) => Math.min(size, length - i * size));
}

/** Where a slice of an axis begins, how far apart its elements are and how many it has. */
export interface Range {
  readonly begin: number;
  readonly step: number;
  readonly size: number;
}

/** The slice of each axis: attributes up to opset 9, inputs since. */
export function ranges(node: OnnxNode, shape: readonly number[]): Range[] {
  const list = (name: string, position: number) => node.list(name, position, 10);
  const starts = list("starts", 1) ?? node.refuse("input-missing", { input: 1 });
  const ends = list("ends", 2) ?? node.refuse("input-missing", { input: 2 });
  const axes = list("axes", 3)?.map((axis) => node.axis(axis, shape.length)) ?? starts.map((_, i) => i);
  const steps = (node.opset < 10 ? undefined : node.numbers(4, "steps")) ?? starts.map(() => 1);
  return shape.map((length, axis) => {
    const i = axes.indexOf(axis);
    if (i < 0) return { begin: 0, step: 1, size: length };
    const step = steps[i];
    if (!Number.isInteger(step) || step === 0)
      node.attributes.refuse("a step", `${step}`, "integers except 0");
    const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
    const clamp = (index: number) => Math.min(high, Math.max(low, index < 0 ? index + length : index));
    const begin = Math.min(clamp(starts[i]), length - 1 + (step > 0 ? 1 : 0));
    return { begin, step, size: Math.max(0, Math.ceil((clamp(ends[i]) - begin) / step)) };
  });
}

export const slice: Translator = {
  layout: "kept",
  moves: true,
  translate: (node) => sliced(node, node.input(0), ranges(node, node.input(0).shape)),
};

/** The slice of a value. */
function sliced(node: OnnxNode, value: Value, parts: readonly Range[], step?: string): Value {
  const shape = parts.map(({ size }) => size);
  const layout = node.commonLayout([value]);
  const whole: Range = { begin: 0, step: 1, size: 1 };
  const placed = arrange(layout, parts, whole);
  const from = node.tensor(node.moved(value), layout);
  if (sameShape(shape, value.shape) && parts.every((part) => part.step === 1)) return value;
  const begins = node.indexes(
    "begin",
    placed.map(({ begin }) => begin),
  );
  const sizes = placed.map(({ size }) => size);
  if (parts.every((part) => part.step === 1)) {
    const id = node.move("SLICE", {}, [from, begins, node.indexes("size", sizes)], sizes, step);
    return node.result(id, shape, layout);
  }
  const ends = placed.map(({ begin, size, step: by }) => begin + size * by);
  const masks = { ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0, offset: false, beginMask: 0 };
  // An end before the first element cannot be written as an index, since −1 means the last one.
  const endMask = ends.reduce((mask, end, axis) => (end < 0 ? mask | (1 << axis) : mask), 0);
  const strides = node.indexes(
    "steps",
    placed.map(({ step: by }) => by),
  );
  const inputs = [from, begins, node.indexes("end", ends), strides];
  return node.result(node.move("STRIDED_SLICE", { ...masks, endMask }, inputs, sizes, step), shape, layout);
}

/** One index of an axis, which goes, or consecutive ones. */
export const gatherElements: Translator = {
  moves: true,

  translate(node) {
    const value = node.input(0);
    const { shape } = value;
    const axis = node.axis(node.attributes.int("axis", 0), shape.length);
    const indices = node.constant(1, "the indices");
    const wanted = (node.numbers(1, "the indices") ?? []).map((index) => node.axis(index, shape[axis]));
    const consecutive = wanted.every((index, i) => index === wanted[0] + i);
    if (!consecutive || indices.shape.length > 1 || wanted.length === 0)
      node.attributes.refuse("the indices", `[${wanted.slice(0, 8).join(", ")}]`, "one, or consecutive ones");
    const parts = shape.map((size, i): Range => {
      return i === axis ? { begin: wanted[0], step: 1, size: wanted.length } : { begin: 0, step: 1, size };
    });
    if (indices.shape.length === 1) return sliced(node, value, parts);
    const part = sliced(node, value, parts, "part");
    return reshaped(node, part, shape.toSpliced(axis, 1));
  },
};

/** With zeros or another constant around it. */
export const pad: Translator = {
  layout: "kept",
  moves: true,

  translate(node) {
    const value = node.input(0);
    const { shape } = value;
    const { attributes } = node;
    const mode = attributes.string("mode", "constant");
    if (mode !== "constant") attributes.refuse("mode", mode, "constant");
    const pairs = padPairs(node, shape.length);
    const fill = node.opset < 11 ? attributes.float("value", 0) : fillValue(node);
    if (pairs.every(([before, after]) => before === 0 && after === 0)) return value;
    const layout = node.commonLayout([value]);
    const from = node.tensor(node.moved(value), layout);
    const to = shape.map((size, axis) => size + pairs[axis][0] + pairs[axis][1]);
    const placed = arrange(layout, pairs, [0, 0] as const);
    const sizes = node.indexes("paddings", placed.flat(), [placed.length, 2]);
    const target = arrange(layout, to, 1);
    if (fill === 0) return node.result(node.move("PAD", {}, [from, sizes], target), to, layout);
    const { dtype, quantization } = node.builder.typeOf(from);
    if (quantization) attributes.refuse("the value of padding in int8", `${fill}`, "0");
    const filling = node.known("value", constantOf([fill], dtype, [1]));
    return node.result(node.move("PADV2", {}, [from, sizes, filling], target), to, layout);
  },
};

/** All that is before each axis, and then all that is after: attributes up to opset 10, inputs since. */
function padPairs(node: OnnxNode, rank: number): (readonly [number, number])[] {
  const given = node.list("pads", 1, 11) ?? node.refuse("input-missing", { input: 1 });
  const all = Array.from({ length: rank }, (_, axis) => axis);
  const axes =
    (node.opset < 18 ? undefined : node.numbers(3, "axes"))?.map((axis) => node.axis(axis, rank)) ?? all;
  if (given.length !== 2 * axes.length || given.some((size) => !Number.isInteger(size) || size < 0))
    node.attributes.refuse("pads", `[${given.join(", ")}]`, `${2 * axes.length} integers of at least 0`);
  return all.map((axis) => {
    const i = axes.indexOf(axis);
    return i < 0 ? [0, 0] : [given[i], given[i + axes.length]];
  });
}

function fillValue(node: OnnxNode): number {
  return node.inputs[2] ? (realValues(node.constant(2, "the value"))[0] ?? 0) : 0;
}

/** The mean over axes: an attribute up to opset 17, an input since. */
export const reduceMean: Translator = {
  layout: "kept",

  translate(node) {
    const value = node.input(0);
    const { shape } = value;
    const keepDims = node.attributes.int("keepdims", 1) !== 0;
    const given = node.list("axes", 1, 18)?.map((axis) => node.axis(axis, shape.length));
    if (node.attributes.int("noop_with_empty_axes", 0) !== 0 && !given?.length) return value;
    const axes = given?.length ? given : shape.map((_, axis) => axis);
    const stored = node.stored(value);
    const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const common = node.commonLayout([value]);
    const order = common.axes.filter((axis) => axis !== null && kept.includes(axis));
    // Without the averaged axes, those that stay must be in ONNX's order.
    const inOrder = keepDims || order.every((axis, i) => axis === kept[i]);
    const layout = inOrder ? common : { axes: shape.map((_, axis) => axis) };
    const from = node.tensor(stored, layout);
    const over = layout.axes.flatMap((axis, i) => (axis === null || axes.includes(axis) ? [i] : []));
    const to = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const target = keepDims ? arrange(layout, to, 1) : kept.map((axis) => shape[axis]);
    const id = node.compute("MEAN", { keepDims }, [from, node.indexes("axes", over)], target);
    return keepDims
      ? node.result(id, to, layout)
      : computed(new Stored(node.builder, target, { first: id }), node.builder);
  },
};
