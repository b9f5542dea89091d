/** How operators take a transposition that moves from before them to behind them. */
import type { Op } from "../../../graph/op.js";
import { axes as meanAxes } from "../../../ops/mean.js";
import type { Node } from "../../../ops/node.js";
import { axisInput, axisOf } from "../../../ops/support/axis.js";
import { invert, type Order, permute, without } from "./permutation.js";

/** An operator on inputs that are not transposed yet. */
export interface Behind {
  readonly attributes: object;
  /** Lists of indexes that change, by input. */
  readonly parameters: ReadonlyMap<number, readonly number[]>;
  /** The transposition behind each output. */
  readonly orders: readonly Order[];
}

/** The inputs that must all be transposed alike; none where operators are not looked through. */
export function dataInputs(op: Op): number[] {
  switch (op.kind) {
    case "ADD":
    case "DIV":
    case "MAXIMUM":
    case "MINIMUM":
    case "MUL":
    case "SUB":
      return [0, 1];
    case "CONCATENATION":
    case "PACK":
      return op.inputs.map((_, i) => i);
    case "SPLIT":
      return [1];
    case "HARD_SWISH":
    case "LEAKY_RELU":
    case "LOGISTIC":
    case "MEAN":
    case "PAD":
    case "PADV2":
    case "RELU":
    case "RELU6":
    case "SLICE":
    case "SOFTMAX":
    case "SPLIT_V":
    case "STRIDED_SLICE":
    case "TANH":
    case "UNPACK":
      return [0];
    default:
      return [];
  }
}

/**
 * An operator with what says along which axes it works changed, so that it can come before a transposition.
 *
 * @param order of the transposition before it
 * @returns undefined where the operator only works on the axes as they are
 */
export function behind(node: Node, order: Order): Behind | undefined {
  const { op } = node;
  const rank = order.length;
  switch (op.kind) {
    case "CONCATENATION": {
      const axis = order[axisOf(node, op.attributes.axis, rank)];
      return same(op, order, { attributes: { ...op.attributes, axis } });
    }
    case "MEAN": {
      const over = meanAxes(node);
      const parameters = new Map([[1, [...over].map((axis) => order[axis])]]);
      return same(op, op.attributes.keepDims ? order : without(order, over), { parameters });
    }
    case "PACK": {
      const axis = axisOf(node, op.attributes.axis, rank + 1);
      const shifted = order.map((from) => (from < axis ? from : from + 1));
      return same(op, shifted.toSpliced(axis, 0, axis), { attributes: { ...op.attributes, axis } });
    }
    case "PAD":
    case "PADV2": {
      const paddings = node.integers(1, "the list of paddings");
      const pairs = order.map((_, axis) => paddings.slice(2 * axis, 2 * axis + 2));
      return same(op, order, { parameters: new Map([[1, permute(pairs, invert(order)).flat()]]) });
    }
    case "SLICE":
      return same(op, order, { parameters: permuted(node, order, [1, 2]) });
    case "SOFTMAX":
      return order[rank - 1] === rank - 1 ? same(op, order) : undefined;
    case "SPLIT":
      return same(op, order, { parameters: new Map([[0, [order[axisInput(node, 0, rank)]]]]) });
    case "SPLIT_V":
      return same(op, order, { parameters: new Map([[2, [order[axisInput(node, 2, rank)]]]]) });
    case "STRIDED_SLICE": {
      const { attributes } = op;
      const mask = (bits: number) => order.reduce((sum, to, axis) => sum | (((bits >> axis) & 1) << to), 0);
      const shrunk = order.map((_, axis) => axis).filter((axis) => (attributes.shrinkAxisMask >> axis) & 1);
      return same(op, without(order, new Set(shrunk)), {
        attributes: {
          ...attributes,
          beginMask: mask(attributes.beginMask),
          endMask: mask(attributes.endMask),
          shrinkAxisMask: mask(attributes.shrinkAxisMask),
        },
        parameters: permuted(node, order, [1, 2, 3]),
      });
    }
    case "UNPACK": {
      const axis = axisOf(node, op.attributes.axis, rank);
      return same(op, without(order, new Set([axis])), {
        attributes: { ...op.attributes, axis: order[axis] },
      });
    }
    default:
      return same(op, order);
  }
}

/** The operator with some changes, and one transposition behind every output. */
function same(op: Op, order: Order, changes: Partial<Behind> = {}): Behind {
  return {
    attributes: op.attributes,
    parameters: new Map(),
    orders: op.outputs.map(() => order),
    ...changes,
  };
}

/** Constant inputs that say something of each axis, in the order of the axes before the transposition. */
function permuted(node: Node, order: Order, positions: readonly number[]): Map<number, number[]> {
  return new Map(
    positions.map((position) => [position, permute(node.integers(position, "a list"), invert(order))]),
  );
}
