import type { TensorId } from "../../../graph/graph.js";
import type { Op } from "../../../graph/op.js";
import type { Editor } from "../../editor.js";
import { invert, isIdentity, type Order, permute } from "./permutation.js";
import { behind, dataInputs } from "./rules.js";
import { freely, isTransposable, transposeOf, transposeTo } from "./transpose.js";

/**
 * Moves a transposition behind an operator that computes the same whatever the order of axes, until it meets another
 * one or an operator that needs it.
 */
export function sinkTranspose(editor: Editor, op: Op): boolean {
  const positions = dataInputs(op);
  const rank = Math.max(...positions.map((position) => editor.shape(op.inputs[position]!).length));
  const first = positions.map((position) => transposeOf(editor, op.inputs[position]!)).find((it) => it);
  if (!first) return false;
  const order = widened(first.order, rank);
  const sources = positions.map((position) => source(editor, op.inputs[position]!, order));
  const moved = sources.every((it) => it) && behind(editor.node(op), order);
  if (!moved) return false;
  if (!moved.orders.every(isTransposable)) return false;

  const inputs = [...op.inputs];
  positions.forEach((position, i) => {
    inputs[position] = sources[i]!();
  });
  for (const [position, values] of moved.parameters) {
    inputs[position] = editor.indexes(`${op.name}/input${position}`, values);
  }
  const outputs = op.outputs.map((id, i) => {
    const { name, shape } = editor.tensors[id];
    if (isIdentity(moved.orders[i])) return id;
    return editor.tensor(`${name}/source`, permute(shape, invert(moved.orders[i])));
  });
  const transposes = op.outputs.flatMap((id, i) =>
    id === outputs[i] || !editor.isNeeded(id) ? [] : [transposeTo(editor, outputs[i], moved.orders[i], id)],
  );
  const { attributes } = moved;
  editor.replace(op, { ...op, inputs, outputs, attributes } as Op, ...transposes);
  return true;
}

/** An order of the last axes as one of `rank` axes. */
function widened(order: Order, rank: number): Order {
  const more = rank - order.length;
  return [...Array.from({ length: more }, (_, axis) => axis), ...order.map((axis) => axis + more)];
}

/** What makes the tensor from which a transposition by `order` makes this one; undefined if that costs something. */
function source(editor: Editor, id: TensorId, order: Order): (() => TensorId) | undefined {
  const transpose = transposeOf(editor, id);
  if (transpose && widened(transpose.order, order.length).join() === order.join())
    return () => transpose.input;
  return freely(editor, id, invert(order));
}
