/** A tensor that layers hand to each other as planes. */
import { chunk } from "../../cost/garbage.js";
import { type Geometry, span, words } from "./geometry.js";

/** Each lane holds a byte, q − least; several channels share a BigInt, a byte apart. Lanes between positions hold 0. */
export interface PlaneTensor {
  readonly geometry: Geometry;
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

/** How many BigInts it takes. */
export function planeCount({ channels, perPlane }: Pick<PlaneTensor, "channels" | "perPlane">): number {
  return Math.ceil(channels / perPlane);
}

/** Bytes of chunks that they take. */
export function planeBytes(tensor: Pick<PlaneTensor, "channels" | "perPlane" | "geometry">): number {
  return planeCount(tensor) * chunk(words(tensor.geometry, span(tensor.geometry)));
}
