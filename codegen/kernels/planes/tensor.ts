/** A tensor that layers hand to each other as planes. */
import { chunk } from "../../cost/garbage.js";
import { type Lanes, placeCount, planeWords } from "../../graph/lanes.js";

export interface PlaneTensor extends Lanes {
  /** The first of its places in `memory.planes`. */
  readonly slot: number;
}

/** Bytes of chunks that its planes take. */
export function planeBytes(tensor: Pick<Lanes, "channels" | "perPlane" | "bands" | "geometry">): number {
  return placeCount(tensor) * chunk(planeWords(tensor));
}
