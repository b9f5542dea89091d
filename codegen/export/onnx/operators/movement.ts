/** Operators that only move elements. */
import { realValues } from "../../../graph/real-values.js";
import type { Node } from "../../../ops/node.js";
import { ranges } from "../../../ops/strided-slice.js";
import { axisInput, axisOf } from "../../../ops/support/axis.js";
import { integer, integers } from "../drafts.js";
import type { OnnxWriter } from "../writer.js";
import { reshaped, type Write } from "./write.js";

/** The same elements in the output's shape. */
export const reshape = (writer: OnnxWriter, node: Node): void =>
  writer.store(
    node.outputId(),
    writer.node("Reshape", [writer.real(node.inputId(0)), writer.longs("shape", node.output().shape)]),
  );

export const transpose: Write<"TRANSPOSE"> = (writer, node) => {
  const perm = integers(node.integers(1, "the permutation"));
  writer.store(node.outputId(), writer.node("Transpose", [writer.real(node.inputId(0))], { perm }));
};

/** Padding before each axis, then after each; a PADV2 has its value as input 2. */
export const pad = (writer: OnnxWriter, node: Node): void => {
  const sizes = node.integers(1, "the paddings");
  const pads = [0, 1].flatMap((side) => sizes.filter((_, i) => i % 2 === side));
  const inputs = [writer.real(node.inputId(0)), writer.longs("pads", pads)];
  const value = node.optional(2);
  if (value) inputs.push(writer.constant("value", [], realValues(value), "float32"));
  writer.store(node.outputId(), writer.node("Pad", inputs));
};

export const slice: Write<"SLICE"> = (writer, node) => {
  const begins = node.integers(1, "begin");
  const ends = begins.map((begin, axis) => begin + node.output().shape[axis]);
  const inputs = [writer.real(node.inputId(0)), writer.longs("starts", begins), writer.longs("ends", ends)];
  writer.store(node.outputId(), writer.node("Slice", inputs));
};

export const stridedSlice: Write<"STRIDED_SLICE"> = (writer, node) => {
  const { shape } = node.input(0);
  const parts = ranges(node);
  // Backwards to the very beginning ends before index 0, which only an index below −length says.
  const ends = parts.map(({ begin, step, size }, axis) => {
    const end = begin + step * size;
    return end < 0 ? -shape[axis] - 1 : end;
  });
  const lists = {
    starts: parts.map(({ begin }) => begin),
    ends,
    axes: shape.map((_, axis) => axis),
    steps: parts.map(({ step }) => step),
  };
  const inputs = Object.entries(lists).map(([role, values]) => writer.longs(role, values));
  const sliced = writer.node("Slice", [writer.real(node.inputId(0)), ...inputs]);
  const kept = parts.map(({ size }) => size);
  writer.store(node.outputId(), reshaped(writer, sliced, kept, node.output().shape));
};

export const split: Write<"SPLIT"> = (writer, node) =>
  separate(writer, node, 1, axisInput(node, 0, node.input(1).shape.length));

export const splitV: Write<"SPLIT_V"> = (writer, node) =>
  separate(writer, node, 0, axisInput(node, 2, node.input(0).shape.length));

export const unpack: Write<"UNPACK"> = (writer, node) =>
  separate(writer, node, 0, axisOf(node, node.attributes.axis, node.input(0).shape.length));

/** Parts along an axis, which outputs have or lack. */
function separate(writer: OnnxWriter, node: Node, input: number, axis: number): void {
  const { shape } = node.input(input);
  const outputs = node.op.outputs.map((_, i) => node.output(i).shape);
  const sizes = outputs.map((output) => (output.length < shape.length ? 1 : output[axis]));
  const values = [writer.real(node.inputId(input)), writer.longs("sizes", sizes)];
  const parts = writer.split(values, { axis: integer(axis) }, sizes.length);
  for (const [i, part] of parts.entries())
    writer.store(node.outputId(i), reshaped(writer, part, shape.with(axis, sizes[i]), outputs[i]));
}

export const pack: Write<"PACK"> = (writer, node) => {
  const { shape } = node.input(0);
  const axis = axisOf(node, node.attributes.axis, shape.length + 1);
  const parts = node.op.inputs.map((_, i) =>
    reshaped(writer, writer.real(node.inputId(i)), shape, shape.toSpliced(axis, 0, 1)),
  );
  writer.store(node.outputId(), writer.node("Concat", parts, { axis: integer(axis) }));
};
