import { elements } from "../../../graph/graph.js";
import type { Op } from "../../../graph/op.js";
import { type Editor, operation } from "../../editor.js";
import { isReshaping } from "../reshapes.js";
import { keepsElements, type Order, transposed } from "./permutation.js";
import { transposeOf } from "./transpose.js";

/**
 * A dense layer on a flattened image whose axes were transposed before: its weights are brought into the order that the
 * elements have before the transposition, which goes.
 */
export function foldIntoDense(editor: Editor, op: Op): boolean {
  if (op.kind !== "FULLY_CONNECTED") return false;
  const [input, weightsId, ...bias] = op.inputs;
  const weights = editor.floats(weightsId!);
  const flatten = editor.producer(input!);
  if (!weights || !flatten || !isReshaping(flatten)) return false;
  const image = flatten.inputs[0]!;
  const transpose = transposeOf(editor, image);
  if (!transpose) return false;
  const [depth, length] = editor.shape(weightsId!);
  const rowAxes = axesOfRow(editor.shape(image), transpose.order, length);
  if (!rowAxes) return false;

  const first = editor.shape(image).length - rowAxes.length;
  const sizes = [depth, ...editor.shape(image).slice(first)];
  const order = [0, ...rowAxes.map((axis) => axis - first + 1)];
  const moved = editor.constant(
    `${op.name}/weights`,
    [depth, length],
    transposed(weights, sizes, order),
    weightsId,
  );
  const newShape = editor.shape(input!);
  const rows = editor.emit("RESHAPE", { newShape }, [transpose.input], `${flatten.name}/source`, newShape);
  editor.replace(op, operation(op.kind, op.attributes, op.name, [rows, moved, ...bias], op.outputs));
  return true;
}

/**
 * The last axes of an image that make rows of `length` elements, in the order that they have before its transposition;
 * undefined where rows are made of other elements then.
 */
function axesOfRow(shape: readonly number[], order: Order, length: number): number[] | undefined {
  const first = shape.findIndex((_, axis) => elements(shape.slice(axis)) === length);
  if (first < 0) return undefined;
  const axes = shape.map((_, axis) => axis).slice(first);
  const sorted = axes.toSorted((a, b) => order[a] - order[b]);
  const all = [...shape.keys()].slice(0, first).concat(sorted);
  const before = order.map((_, axis) => shape[order.indexOf(axis)]);
  return keepsElements(
    before,
    all.map((axis) => order[axis]),
  )
    ? sorted
    : undefined;
}
