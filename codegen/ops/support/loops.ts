/** Index spaces that several arrays are walked over, as loops. */
import type { Shape } from "../operator.js";

export interface Loop {
  readonly size: number;
  /** How far one iteration leads in each array, in elements. */
  readonly strides: readonly number[];
}

/** How far apart two neighbours along each axis of a row-major tensor are, in elements. */
export function strides(shape: Shape): number[] {
  const result = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) result[axis] = result[axis + 1] * shape[axis + 1];
  return result;
}

/** The same with 0 along axes of size 1, where a broadcast stays. */
export function broadcastStrides(shape: Shape): number[] {
  return strides(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
}

/**
 * As few loops as walk the same elements in the same order, innermost first: those of size 1 dropped, and those that go
 * on where the inner one ends joined.
 *
 * @param axes outermost first
 */
export function fuse(axes: readonly Loop[]): Loop[] {
  const loops: Loop[] = [];
  for (const { size, strides } of [...axes].reverse()) {
    const inner = loops.at(-1);
    if (size === 1) continue;
    if (inner && strides.every((stride, i) => stride === inner.strides[i] * inner.size))
      loops[loops.length - 1] = { size: size * inner.size, strides: inner.strides };
    else loops.push({ size, strides });
  }
  return loops;
}
