/** Planes as bytes of the arena, one after another: what boards that share a model send to each other. */
import { fromBytes, toBytes } from "../../cost/bigint.js";
import * as garbage from "../../cost/garbage.js";
import { interpreter } from "../../cost/interpreter.js";
import { placeCount, planeWords } from "../../graph/lanes.js";
import type { Group } from "./group.js";
import type { Program } from "./program.js";
import { type Piece, piece, READ_PLANE, WRITE_PLANE } from "./steps.js";

/** Brings the planes that a group is fed where they belong. */
export function given(program: Program, { bands, inputs, given }: Group): Piece[] {
  return given.flatMap((tensor, i) => {
    const from = `inputs[${inputs.length - given.length + i}]`;
    const words = planeWords(tensor);
    return Array.from({ length: placeCount(tensor) }, (_, plane) =>
      piece(program, (statements) => {
        const value = `fromBytes(int8, ${from} + ${4 * words * plane}, ${4 * words})`;
        statements.push(`${inBand(bands, 0)}planes[${tensor.slot + plane}] = ${value};`);
        program.spend(fromBytes(words) + WRITE_PLANE, garbage.fromBytes(words));
      }),
    );
  });
}

/** Leaves the planes that a group has made in the arena, and lets go of them where nobody reads them here. */
export function sent(program: Program, { bands, ending, sent }: Group): Piece[] {
  if (!sent || ending.to !== "planes") return [];
  const { tensor } = ending;
  const words = planeWords(tensor);
  const last = inBand(bands, bands - 1);
  return Array.from({ length: placeCount(tensor) }, (_, plane) =>
    piece(program, (statements) => {
      const place = `planes[${tensor.slot + plane}]`;
      const value = `toWords(${place}, ${words})`;
      statements.push(`${last}int32.set(${value}, (outputs[0] >> 2) + ${words * plane});`);
      const set = interpreter.set + 4 * words * interpreter.setByte;
      program.spend(toBytes(words) + READ_PLANE + set, garbage.toBytes(words));
      if (!sent.isLastUse) return;
      statements.push(`${last}${place} = 0n;`);
      program.spend(WRITE_PLANE);
    }),
  );
}

/** What a statement begins with that only one band runs. */
function inBand(bands: number, band: number): string {
  return bands === 1 ? "" : `if (band === ${band}) `;
}
