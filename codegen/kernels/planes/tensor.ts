/** A tensor that layers hand to each other as planes. */
import { chunk } from "../../cost/garbage.js";
import { type Geometry, span, words } from "./geometry.js";

/** Each lane holds an element, q − least; several channels share a BigInt, one above the other. Lanes between positions hold 0. */
export interface PlaneTensor {
  /** That of one band. */
  readonly geometry: Geometry;
  /** Bands of equally many rows that the image is cut into, from above; each has places of its own. */
  readonly bands: number;
  /** Whether each band has all even rows before all odd ones (winograd.ts), and not one after another. */
  readonly isHalved: boolean;
  readonly channels: number;
  /** The least value of the tensor, and what its zero point is above it. */
  readonly least: number;
  readonly zero: number;
  /** The most that a value is above the least. */
  readonly most: number;
  /** Channels that share a BigInt. */
  readonly perPlane: number;
  /** The first of its places in `memory.planes`. */
  readonly slot: number;
}

/** How many BigInts a band of it takes. */
export function planeCount({ channels, perPlane }: Pick<PlaneTensor, "channels" | "perPlane">): number {
  return Math.ceil(channels / perPlane);
}

/** How many places of `memory.planes` it takes. */
export function placeCount(tensor: Pick<PlaneTensor, "channels" | "perPlane" | "bands">): number {
  return tensor.bands * planeCount(tensor);
}

/** Bytes of chunks that they take. */
export function planeBytes(
  tensor: Pick<PlaneTensor, "channels" | "perPlane" | "bands" | "geometry">,
): number {
  return placeCount(tensor) * chunk(words(tensor.geometry, span(tensor.geometry)));
}
