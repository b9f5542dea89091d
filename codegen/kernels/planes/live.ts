/** What lives at once while a layer of planes is computed. */

import type { Live } from "../../cost/cost.js";
import { placeCount, span } from "../../graph/lanes.js";
import type { Geometry } from "./geometry.js";
import type { Group } from "./group.js";
import { keptBytes } from "./handover.js";
import { type PlaneTensor, planeBytes } from "./tensor.js";
import { halved } from "./winograd.js";

/** Vectors of a channel that live at once beside those at rest. */
const LOCALS = 5;

/** Planes of each phase of a channel that live at once where they are brought channel by channel. */
const LAZY = 3;

/**
 * What lives beside the tensors that rest before and after the layer as well.
 *
 * @param own how many planes of its own it has; undefined where they are brought channel by channel
 * @returns the most bytes of chunks, and what there is on average
 */
export function liveIn(
  { bands, head, tail, beside, ending, source, places }: Group,
  own: number | undefined,
): { readonly most: number; readonly mean: Live } {
  const { placement, geometry } = head;
  const rows = Math.max(...placement.phases.map((phase) => phase.rows));
  const bytes = (of: Geometry) => 16 + (span(of) * of.bits) / 8;
  const loaded = own ?? placement.phases.length * LAZY;
  const loadedBytes = loaded * bytes(placement.isPaired ? halved(geometry) : { ...geometry, rows });
  const stages = tail.map((it) => ("geometry" in it ? bytes(it.geometry) : 0));
  const widest = Math.max(bytes({ ...geometry, rows }), ...stages);
  const made = ending.to === "planes" ? ending.tensor : undefined;
  const others = [
    ...tail.flatMap((it) => ("other" in it && it.isLastUse ? [it.other] : [])),
    ...beside.flatMap((it) => (it?.isLastUse ? [it.tensor] : [])),
  ];
  const input = source.at === "planes" && source.isLastUse ? source.tensor : undefined;
  // What is brought first is let go meanwhile, if all of it is.
  const read = input && (bands > 1 || own === undefined) ? [...others, input] : others;
  const total = (tensors: readonly PlaneTensor[], of: (tensor: PlaneTensor) => number) =>
    tensors.reduce((sum, it) => sum + of(it), 0);
  const at = (share: number, of: (tensor: PlaneTensor) => number) =>
    total(read, of) * (1 - share) + (made ? of(made) * share : 0);
  // Within a band, what is made takes the place of what is read; a band that is brought first is let go.
  const brought = input && bands > 1 && own !== undefined ? planeBytes(input) / bands : 0;
  const resting = Math.max(
    ...Array.from({ length: bands }, (_, band) =>
      Math.max(at(band / bands, planeBytes) - brought, at((band + 1) / bands, planeBytes)),
    ),
  );
  const kept =
    source.at === "planes" && source.kept ? keptBytes(source.kept, placement, geometry, source.tensor) : 0;
  const halo =
    source.at === "planes" && source.isLastUse && (source.rows?.first ?? 0) < 0
      ? planeBytes(source.tensor) / source.tensor.bands
      : 0;
  return {
    most: Math.round(loadedBytes + halo + kept + resting + LOCALS * widest),
    mean: {
      bytes: loadedBytes + at(0.5, planeBytes) + halo + kept + (LOCALS / 2) * widest,
      chunks: loaded + at(0.5, placeCount) + LOCALS,
      places,
    },
  };
}
