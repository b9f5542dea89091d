import type { Op } from "../../../graph/op.js";
import { type Editor, operation } from "../../editor.js";
import { isReshaping } from "../reshapes.js";
import { invert, type Order, permute } from "./permutation.js";
import { isTransposable, transposeOf, transposeTo } from "./transpose.js";

/** Axes of the input that become axes of the output: their sizes have the same product. */
interface Group {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/**
 * Moves a transposition behind a change of shape that splits and joins axes which lie side by side before the transposition
 * too, such as [N, C, H, W] → [N, G, C/G, H, W].
 */
export function sinkThroughReshape(editor: Editor, op: Op): boolean {
  if (!isReshaping(op)) return false;
  const transpose = transposeOf(editor, op.inputs[0]!);
  if (!transpose) return false;
  const [output] = op.outputs;
  const [input, result] = [editor.shape(op.inputs[0]!), editor.shape(output)];
  const groups = inSourceOrder(grouped(input, result), input, transpose.order);
  if (!groups || !isTransposable(result)) return false;
  const order = groups.flatMap(({ to }) => to);
  const newShape = order.map((axis) => result[axis]);
  const reshaped = editor.tensor(`${editor.tensors[output].name}/source`, newShape);
  editor.replace(
    op,
    operation("RESHAPE", { newShape }, op.name, [transpose.input], [reshaped]),
    transposeTo(editor, reshaped, invert(order), output),
  );
  return true;
}

/**
 * Moves a transposition before a change of shape in whose front there is another one, which then is one with it: a channel
 * shuffle ends so.
 */
export function raiseThroughReshape(editor: Editor, op: Op): boolean {
  const [output] = op.outputs;
  const transpose = transposeOf(editor, output);
  const reshape = transpose && editor.onlyFor(transpose.input);
  if (!reshape || !isReshaping(reshape)) return false;
  const source = reshape.inputs[0]!;
  if (!transposeOf(editor, source) || !isTransposable(editor.shape(source))) return false;
  const [input, between] = [editor.shape(source), editor.shape(transpose.input)];
  const turned = grouped(input, between).map(({ from, to }) => ({ from: to, to: from }));
  const order = inSourceOrder(turned, between, invert(transpose.order))?.flatMap(({ to }) => to);
  if (!order) return false;
  const raised = editor.tensor(`${editor.tensors[source].name}/raised`, permute(input, order));
  const newShape = editor.shape(output);
  editor.replace(
    op,
    transposeTo(editor, source, order, raised),
    operation("RESHAPE", { newShape }, op.name, [raised], [output]),
  );
  return true;
}

/** The finest groups of axes that a change of shape leaves together. */
function grouped(from: readonly number[], to: readonly number[]): Group[] {
  const groups: Group[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const group: { from: number[]; to: number[] } = { from: [], to: [] };
    let [a, b] = [1, 1];
    const takeFrom = () => {
      a *= from[i];
      group.from.push(i++);
    };
    const takeTo = () => {
      b *= to[j];
      group.to.push(j++);
    };
    if (i < from.length) takeFrom();
    if (j < to.length) takeTo();
    while (a !== b) a < b ? takeFrom() : takeTo();
    groups.push(group);
  }
  return groups;
}

/** Groups as they lie before the transposition; undefined where one would be torn apart or turned around. */
function inSourceOrder(groups: Group[], shape: readonly number[], order: Order): Group[] | undefined {
  const sources = ({ from }: Group) => from.filter((axis) => shape[axis] !== 1).map((axis) => order[axis]);
  const place = (group: Group) => sources(group)[0] ?? Math.min(...group.from.map((axis) => order[axis]));
  const sorted = [...groups].sort((a, b) => place(a) - place(b));
  const axes = sorted.flatMap(sources);
  return axes.every((axis, i) => i === 0 || axis > axes[i - 1]) ? sorted : undefined;
}
