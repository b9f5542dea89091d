/** Tensors that lie in lanes of BigInts, as the planes of a layer have them (docs/kernels.md). */

/**
 * Where the positions of a plane lie: rows of lanes, one after another. The lanes between the end of a row and the next one hold
 * zeros, which convolutions read as padding on both sides.
 */
export interface LaneGeometry {
  readonly rows: number;
  readonly columns: number;
  /** Lanes from a row to the next, at least `columns`. */
  readonly stride: number;
  /** Bits of a lane. */
  readonly bits: number;
  /** Bits of the activation that a lane holds when it rests. */
  readonly element: 8 | 16;
  /** Whether rows run along the height of the tensor and not along its width. */
  readonly transposed: boolean;
}

/**
 * A tensor in lanes. Each lane holds an element, q − least; several channels share a plane, one above the other. Lanes between
 * positions hold 0.
 */
export interface Lanes {
  /** That of one band. */
  readonly geometry: LaneGeometry;
  /** Bands of equally many rows that the image is cut into, from above; each has planes of its own. */
  readonly bands: number;
  /** Whether each band has all even rows before all odd ones (winograd.ts), and not one after another. */
  readonly isHalved: boolean;
  readonly channels: number;
  /** The least value of the tensor, and what its zero point is above it. */
  readonly least: number;
  readonly zero: number;
  /** The most that a value is above the least. */
  readonly most: number;
  /** Channels that share a plane. */
  readonly perPlane: number;
}

/** How many planes a band of it takes. */
export function planeCount({ channels, perPlane }: Pick<Lanes, "channels" | "perPlane">): number {
  return Math.ceil(channels / perPlane);
}

/** How many planes it takes. */
export function placeCount(lanes: Pick<Lanes, "channels" | "perPlane" | "bands">): number {
  return lanes.bands * planeCount(lanes);
}

/** Lanes from the first position to the last one, both included. */
export function span({ rows, columns, stride }: LaneGeometry): number {
  return (rows - 1) * stride + columns;
}

/** Words of 32 bits that a number of lanes takes. */
export function words({ bits }: LaneGeometry, lanes: number): number {
  return Math.max(1, Math.ceil((lanes * bits) / 32));
}

/** Words of a plane. */
export function planeWords({ geometry }: Pick<Lanes, "geometry">): number {
  return words(geometry, span(geometry));
}
