/** What inputs that are zero spare an operator whose sums are unrolled. */
import type { Spared } from "../../cost/cost.js";
import type { Call } from "./parts.js";

/** The least int8, four times: what a word of zeros is where statements may be passed over. */
const ZEROS = -0x7f7f7f80;

/** @param input its bytes */
export function sparedBy(calls: readonly Call[], input: Uint8Array): Spared {
  const all = new Int32Array(Uint8Array.from(input).buffer, 0, input.length >> 2);
  let instructions = 0;
  for (const { body, places } of calls)
    for (const place of places)
      for (const { words, instructions: own } of body.skips ?? [])
        if (words.every((word) => all[place.input / 4 + word] === ZEROS)) instructions += own;
  return { instructions, garbageBytes: 0 };
}
