/** CONCATENATION of channels: planes of several tensors that lie alike become those of one. */
import { placeCount, planeCount } from "../../graph/lanes.js";
import type { Group } from "./group.js";
import type { Program } from "./program.js";
import { type Piece, piece, READ_PLANE, WRITE_PLANE } from "./steps.js";

/** Channels of the tensors that come before a group's own. */
export function channelsBefore(beside: Group["beside"]): number {
  const own = beside.indexOf(null);
  return beside.slice(0, Math.max(0, own)).reduce((sum, it) => sum + (it?.tensor.channels ?? 0), 0);
}

/** Moves planes to those of the group's own channels. A plane that is shared is never of two tensors. */
export function joined(program: Program, { bands, head, beside, ending }: Group): Piece[] {
  if (ending.to !== "planes") return [];
  const { tensor } = ending;
  const last = bands === 1 ? "" : `if (band === ${bands - 1}) `;
  let channels = 0;
  return beside.flatMap((it) => {
    const first = channels / tensor.perPlane;
    channels += it?.tensor.channels ?? head.scalings.length;
    if (!it) return [];
    const { tensor: from, isLastUse } = it;
    const count = planeCount(from);
    return piece(program, (statements) => {
      for (let place = 0; place < placeCount(from); place++) {
        const band = Math.floor(place / count);
        const to = tensor.slot + first + (place % count) + planeCount(tensor) * band;
        statements.push(`${last}planes[${to}] = planes[${from.slot + place}];`);
        program.spend(READ_PLANE + WRITE_PLANE);
      }
      if (!isLastUse) return;
      statements.push(`${last}planes.fill(0n, ${from.slot}, ${from.slot + placeCount(from)});`);
      program.spend(1500 + 64 * placeCount(from));
    });
  });
}
