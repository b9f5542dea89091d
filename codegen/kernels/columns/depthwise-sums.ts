/**
 * Σ w · x where every lane has weights of its own. A lane holds x twice: one mask selects, tap by tap, the lanes whose weight
 * has a bit, and those that have the bit four above it. Both are added up side by side.
 */
import type { Program, Vector } from "../planes/program.js";
import type { Channel } from "./layer.js";
import { type Layout, places, vector } from "./layout.js";

/** Bits of half a weight in two's complement. */
const HALF = 4;

/** Whether half a lane has room for a bit of all taps. */
export function hasRoomFor({ bits }: Layout, [{ weights }]: readonly Channel[]): boolean {
  return 255 * weights.length < 2 ** (bits / 2);
}

/** @param x a byte in each lane */
export function doubled(program: Program, { bits }: Layout, x: Vector): Vector {
  return program.add(program.shiftLeft(x, bits / 2), x);
}

/**
 * The sum of the products of taps, of which `x3` holds the third one's inputs.
 *
 * @param start what the sum begins with
 * @param statements where locals are declared
 */
export function sumOfTaps(
  program: Program,
  layout: Layout,
  channels: readonly Channel[],
  taps: readonly number[],
  start: bigint,
  statements: string[],
): Vector {
  const half = layout.bits / 2;
  const lanes = (name: string, value: bigint) =>
    program.constant(
      name,
      vector(layout, () => value),
    );
  const local = (name: string, value: Vector) => ({
    ...program.assign(`const ${name}`, value, statements),
    text: name,
  });
  let sum: Vector | undefined;
  for (let bit = HALF - 1; bit >= 0; bit--) {
    const selected = taps.flatMap((tap) => {
      const mask = vector(layout, (o) => maskOf(channels[o].weights[tap], bit, half));
      const x = { text: `x${tap}`, bits: layout.stride * places(layout) };
      return mask === 0n ? [] : [program.and(x, program.constant(`W${tap}_${bit}`, mask))];
    });
    if (sum) sum = program.shiftLeft(sum, 1);
    if (selected.length > 0) {
      const both = local(
        `both${bit}`,
        selected.reduce((total, it) => program.add(total, it)),
      );
      const low = program.and(both, lanes("LOW", (1n << BigInt(half)) - 1n));
      const high = program.and(
        program.shiftRight(both, half - HALF),
        lanes("HIGH", ((1n << BigInt(half)) - 1n) << BigInt(HALF)),
      );
      const lower = sum ? program.add(sum, low) : low;
      // The highest bit of all is the sign's.
      sum = bit === HALF - 1 ? program.subtract(lower, high) : program.add(lower, high);
    }
    if (sum) sum = local(`sum${bit}`, sum);
  }
  const first = program.constant("START", start);
  return sum ? program.add(sum, first) : first;
}

/** All bits of a byte in the lower and in the upper half of a lane, where a weight has the bit of that half. */
function maskOf(weight: number, bit: number, half: number): bigint {
  const byte = (at: number) => ((weight >> at) & 1 ? 255n : 0n);
  return byte(bit) | (byte(bit + HALF) << BigInt(half));
}
