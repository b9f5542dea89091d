/** Transpositions in a graph that is being rewritten. */
import type { TensorId } from "../../../graph/graph.js";
import type { Op } from "../../../graph/op.js";
import { type Editor, operation } from "../../editor.js";
import { keepsElements, type Order, permute, transposed } from "./permutation.js";

/** How many dimensions TRANSPOSE takes. */
const MAX_RANK = 5;

/** Whether there is a TRANSPOSE for an order. */
export function isTransposable(order: Order): boolean {
  return order.length <= MAX_RANK;
}

export interface Transpose {
  readonly input: TensorId;
  readonly order: Order;
}

/** The TRANSPOSE that made a tensor. */
export function transposeOf(editor: Editor, id: TensorId): Transpose | undefined {
  const op = editor.producer(id);
  if (op?.kind !== "TRANSPOSE") return undefined;
  return { input: op.inputs[0]!, order: editor.node(op).integers(1, "the permutation") };
}

/** A TRANSPOSE that makes a tensor that is there already. */
export function transposeTo(editor: Editor, input: TensorId, order: Order, output: TensorId): Op {
  const name = editor.unique(`${editor.tensors[output].name}/transpose`);
  return operation("TRANSPOSE", {}, name, [input, editor.indexes(`${name}/order`, order)], [output]);
}

/**
 * A tensor with its axes in another order, if that costs nothing at run time: a constant, or axes of size 1.
 *
 * @returns what makes it; undefined if it costs something
 */
export function freely(editor: Editor, id: TensorId, order: Order): (() => TensorId) | undefined {
  const { name } = editor.tensors[id];
  // What broadcasts may have fewer dimensions than what it meets.
  const shape = [...new Array<number>(order.length - editor.shape(id).length).fill(1), ...editor.shape(id)];
  const result = permute(shape, order);
  const values = editor.floats(id);
  if (values) return () => editor.constant(`${name}/transpose`, result, transposed(values, shape, order), id);
  if (!keepsElements(shape, order)) return undefined;
  return () => editor.emit("RESHAPE", { newShape: result }, [id], `${name}/reshape`, result);
}
