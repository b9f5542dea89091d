/** Operators that give the same elements another shape or another order of axes. */
import { elements } from "../../../graph/graph.js";
import { arrange, channelsFirst, channelsLast, isImage } from "../layout.js";
import { computed, type OnnxNode } from "../node.js";
import type { Translator } from "../translator.js";
import { Stored, type Value } from "../value.js";

/** What a value is in another shape of as many elements. */
export function reshaped(node: OnnxNode, value: Value, shape: readonly number[]): Value {
  if (elements(shape) !== elements(value.shape))
    node.refuse("shape", { why: `[${value.shape.join(", ")}] in the shape [${shape.join(", ")}]` });
  const stored = node.moved(value);
  if (sameShape(shape, value.shape)) return value;
  const { builder } = node;
  if (stored.isLast && sameImage(value.shape, shape))
    return computed(new Stored(builder, shape, { last: stored.channelsLast() }), builder);
  if (stored.isLast && shape.length === 2 && shape[0] === value.shape[0]) {
    const rows = node.move("RESHAPE", { newShape: shape }, [stored.channelsLast()], shape);
    const first = () =>
      node.move("RESHAPE", { newShape: shape }, [stored.inOrder()], shape, "channels-first");
    const flattened = { rows, image: value.shape };
    return computed(new Stored(builder, shape, { first, flattened }), builder);
  }
  return node.first(node.move("RESHAPE", { newShape: shape }, [stored.inOrder()], shape));
}

/** Whether a sequence and an image of height 1 are the same tensor where channels are last. */
function sameImage(a: readonly number[], b: readonly number[]): boolean {
  return (
    isImage(a.length) &&
    isImage(b.length) &&
    a[1] === b[1] &&
    sameShape(arrange(channelsLast(a.length), a, 1), arrange(channelsLast(b.length), b, 1))
  );
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export const flatten: Translator = {
  moves: true,
  translate(node) {
    const value = node.input(0);
    return reshaped(node, value, flattenedShape(node, value.shape));
  },
};

export function flattenedShape(node: OnnxNode, shape: readonly number[]): number[] {
  const given = node.attributes.int("axis", 1);
  const axis = given === shape.length ? given : node.axis(given, shape.length);
  return [elements(shape.slice(0, axis)), elements(shape.slice(axis))];
}

export const reshape: Translator = {
  moves: true,
  translate(node) {
    const value = node.input(0);
    return reshaped(node, value, wantedShape(node, value.shape));
  },
};

/** Its 0 stands for the input's size, unless `allowzero` says otherwise, and one −1 for what is left. */
export function wantedShape(node: OnnxNode, shape: readonly number[]): number[] {
  const wanted = node.numbers(1, "the shape") ?? node.refuse("input-missing", { input: 1 });
  const literal = node.attributes.int("allowzero", 0) !== 0;
  const sizes = wanted.map((size, axis) => (size === 0 && !literal ? (shape[axis] ?? 0) : size));
  const open = sizes.indexOf(-1);
  if (open < 0) return sizes;
  const others = elements(sizes.with(open, 1));
  return sizes.with(open, others > 0 ? Math.floor(elements(shape) / others) : 0);
}

export const squeeze: Translator = {
  moves: true,
  translate(node) {
    const value = node.input(0);
    return reshaped(node, value, squeezedShape(node, value.shape));
  },
};

export function squeezedShape(node: OnnxNode, shape: readonly number[]): number[] {
  const axes = node.list("axes", 1, 13)?.map((axis) => node.axis(axis, shape.length));
  return shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1));
}

export const unsqueeze: Translator = {
  moves: true,
  translate(node) {
    const value = node.input(0);
    return reshaped(node, value, unsqueezedShape(node, value.shape));
  },
};

export function unsqueezedShape(node: OnnxNode, shape: readonly number[]): number[] {
  const given = node.list("axes", 1, 13) ?? node.refuse("input-missing", { input: 1 });
  const rank = shape.length + given.length;
  if (rank > 8) node.refuse("too-many-dimensions", { rank });
  const axes = given.map((axis) => node.axis(axis, rank));
  const sizes = [...shape];
  return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (sizes.shift() ?? 1)));
}

export const transpose: Translator = {
  moves: true,

  translate(node) {
    const value = node.input(0);
    const { shape } = value;
    const order = permutation(node, shape.length);
    const stored = node.moved(value);
    const target = order.map((axis) => shape[axis]);
    if (stored.isLast) {
      // Channels last is another order of the same axes; a sequence has one of size 1 more.
      const dense = channelsLast(shape.length).axes.filter((axis) => axis !== null);
      const from = shape.length === 4 ? stored.channelsLast() : withoutHeight(node, stored);
      const moved = order.map((axis) => dense.indexOf(axis));
      if (isIdentity(moved)) return node.first(from);
      return node.first(node.move("TRANSPOSE", {}, [from, node.indexes("order", moved)], target));
    }
    const from = stored.channelsFirst();
    if (isIdentity(order)) return value;
    const moving = order.filter((axis) => shape[axis] > 1);
    if (moving.every((axis, i) => i === 0 || axis > moving[i - 1])) return reshaped(node, value, target);
    if (isImage(shape.length) && sameShape(order, toChannelsFirst(shape.length))) {
      const layout = channelsLast(shape.length);
      const sizes = arrange(layout, target, 1);
      const last = shape.length === 4 ? from : node.move("RESHAPE", { newShape: sizes }, [from], sizes);
      return node.result(last, target, layout);
    }
    return node.first(node.move("TRANSPOSE", {}, [from, node.indexes("order", order)], target));
  },
};

/** A sequence of channels as [batches, width, channels]. */
function withoutHeight(node: OnnxNode, stored: Stored) {
  const [batches, channels, width] = stored.shape;
  const shape = [batches, width, channels];
  return node.move("RESHAPE", { newShape: shape }, [stored.channelsLast()], shape, "nwc");
}

/** The permutation with which exporters of models with channels last begin. */
function toChannelsFirst(rank: number): number[] {
  return rank === 4 ? [0, 3, 1, 2] : [0, 2, 1];
}

export function permutation(node: OnnxNode, rank: number): number[] {
  const reversed = channelsFirst(rank).axes.toReversed() as number[];
  const order = [...(node.attributes.ints("perm") ?? reversed)];
  if (order.length !== rank || reversed.some((axis) => !order.includes(axis)))
    node.attributes.refuse("perm", `[${order.join(", ")}]`, `each of 0 to ${rank - 1} once`);
  return order;
}

function isIdentity(order: readonly number[]): boolean {
  return order.every((axis, i) => axis === i);
}

/** Operators that do nothing at inference. */
export const identity: Translator = {
  layout: "kept",
  moves: true,
  translate: (node) => node.input(0),
};

export const dropout: Translator = {
  layout: "kept",
  moves: true,

  translate(node) {
    const { attributes } = node;
    attributes.ignore("ratio", "seed", "is_test");
    if (node.outputs.length > 1) attributes.refuse("the mask", "used", "the first output alone");
    if (node.numbers(2, "training_mode")?.some((value) => value !== 0))
      attributes.refuse("training_mode", "true", "false");
    return node.input(0);
  },
};

const FLOAT32 = 1;

/** Of what is computed, only the type that it has. */
export const cast: Translator = {
  layout: "kept",
  moves: true,

  translate(node) {
    const to = node.attributes.int("to", 0);
    node.attributes.ignore("saturate");
    if (to !== FLOAT32) node.attributes.refuse("to", `type ${to}`, "float32");
    return node.input(0);
  },
};
