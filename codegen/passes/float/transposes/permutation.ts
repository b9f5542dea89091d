/** Orders of axes: axis i of what is made is axis `order[i]` of what is given, as TRANSPOSE has it. */
import { strides } from "../../../ops/support/loops.js";

export type Order = readonly number[];

/** First one order, then another. */
export function compose(first: Order, then: Order): number[] {
  return then.map((axis) => first[axis]);
}

export function invert(order: Order): number[] {
  return order.map((_, axis) => order.indexOf(axis));
}

/** Whether an order leaves all axes where they are. */
export function isIdentity(order: Order): boolean {
  return order.every((axis, i) => axis === i);
}

/** What is given for each axis, in another order. */
export function permute<T>(values: readonly T[], order: Order): T[] {
  return order.map((axis) => values[axis]);
}

/** The order of the axes that are left when some axes of the result go. */
export function without(order: Order, gone: ReadonlySet<number>): number[] {
  const kept = order.filter((_, axis) => !gone.has(axis));
  return kept.map((axis) => kept.filter((other) => other < axis).length);
}

/** Whether an order leaves the elements of a shape where they are in memory: it moves axes of size 1 only. */
export function keepsElements(shape: readonly number[], order: Order): boolean {
  const moved = order.filter((axis) => shape[axis] !== 1);
  return moved.every((axis, i) => i === 0 || axis > moved[i - 1]);
}

/** The elements of a constant of that shape with its axes in another order. */
export function transposed(values: Float32Array, shape: readonly number[], order: Order): Float32Array {
  const from = permute(strides(shape), order);
  const sizes = permute(shape, order);
  const to = strides(sizes);
  return Float32Array.from({ length: values.length }, (_, index) => {
    let source = 0;
    for (let axis = 0; axis < sizes.length; axis++)
      source += (Math.floor(index / to[axis]) % sizes[axis]) * from[axis];
    return values[source];
  });
}
