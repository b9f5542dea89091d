/**
 * Where the axes of a value lie in a tensor. ONNX has channels first (NCHW, and NCW for sequences); operators with windows
 * here have them last (NHWC), and sequences are images of height 1.
 */

export interface Layout {
  /** The axis of the value that each axis of the tensor is; null for one of size 1 that the value lacks. */
  readonly axes: readonly (number | null)[];
}

/** The axes as ONNX has them. */
export function channelsFirst(rank: number): Layout {
  return { axes: Array.from({ length: rank }, (_, axis) => axis) };
}

/** The axes as operators with windows want them; those of values that are no images stay. */
export function channelsLast(rank: number): Layout {
  if (rank === 4) return { axes: [0, 2, 3, 1] };
  if (rank === 3) return { axes: [0, null, 2, 1] };
  return channelsFirst(rank);
}

/** Whether values of a rank are images or sequences of channels. */
export function isImage(rank: number): boolean {
  return rank === 3 || rank === 4;
}

/** What is given for each axis of the value, in the order of the tensor's. */
export function arrange<T>({ axes }: Layout, values: readonly T[], fill: T): T[] {
  return axes.map((axis) => (axis === null ? fill : values[axis]));
}

/** The axis of the tensor that an axis of the value is. */
export function place({ axes }: Layout, axis: number): number {
  return axes.indexOf(axis);
}
