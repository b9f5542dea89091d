/** Where the positions of a plane lie in its BigInt. */

/**
 * Rows of lanes, one after another. The lanes between the end of a row and the next one hold zeros, which convolutions read
 * as padding on both sides.
 */
export interface Geometry {
  readonly rows: number;
  readonly columns: number;
  /** Lanes from a row to the next, at least `columns`. */
  readonly stride: number;
  /** Bits of a lane. */
  readonly bits: number;
  /** Whether rows run along the height of the tensor and not along its width. */
  readonly transposed: boolean;
}

/** The lane of a position. */
export function lane({ stride }: Geometry, row: number, column: number): number {
  return row * stride + column;
}

/** Lanes from the first position to the last one, both included. */
export function span({ rows, columns, stride }: Geometry): number {
  return (rows - 1) * stride + columns;
}

/** Words of 32 bits that a number of lanes takes. */
export function words({ bits }: Geometry, lanes: number): number {
  return Math.max(1, Math.ceil((lanes * bits) / 32));
}

/** The lanes of all positions, in order. */
export function positions(geometry: Geometry): number[] {
  const { rows, columns } = geometry;
  return Array.from({ length: rows * columns }, (_, i) =>
    lane(geometry, Math.floor(i / columns), i % columns),
  );
}

/** `value` in each of the lanes, every one of which it must fit. */
export function inLanes({ bits }: Geometry, lanes: readonly number[], value: bigint): bigint {
  return lanes.reduce((sum, at) => sum | (value << BigInt(bits * at)), 0n);
}
