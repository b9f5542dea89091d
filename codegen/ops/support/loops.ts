/** Index spaces that several arrays are walked over, as loops. */
import type { Shape } from "../operator.js";

export interface Loop {
  readonly size: number;
  /** How far one iteration leads in each array, in elements. */
  readonly strides: readonly number[];
}

/** How far apart two neighbours along each axis of a row-major tensor are, in elements; 0 along axes of size 1. */
export function broadcastStrides(shape: Shape): number[] {
  let stride = 1;
  const reversed = [...shape].reverse().map((size) => {
    const here = size === 1 ? 0 : stride;
    stride *= size;
    return here;
  });
  return reversed.reverse();
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
