/** Where the positions of a plane lie in its BigInt. */
import type { LaneGeometry } from "../../graph/lanes.js";
import { allBits } from "../element.js";

/** See codegen/graph/lanes.ts. */
export type Geometry = LaneGeometry;

/** The lane of a position. */
export function lane({ stride }: Geometry, row: number, column: number): number {
  return row * stride + column;
}

/** Remembers what was made of an object. */
export function remembered<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, V>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

/** The lanes of all positions, in order. */
export const positions: (geometry: Geometry) => readonly number[] = remembered((geometry) => {
  const { rows, columns } = geometry;
  return Array.from({ length: rows * columns }, (_, i) =>
    lane(geometry, Math.floor(i / columns), i % columns),
  );
});

const masks = remembered((_: readonly number[]) => new Map<string, bigint>());

/** `value` in each of the lanes, every one of which it must fit; the lanes in order. */
export function inLanes({ bits }: Geometry, lanes: readonly number[], value: bigint): bigint {
  const known = masks(lanes);
  const key = `${bits} ${value}`;
  let mask = known.get(key);
  if (mask === undefined) {
    mask = lanes.length === 0 ? 0n : joined(lanes, 0, lanes.length, bits, value, 0);
    known.set(key, mask);
  }
  return mask;
}

/** All bits of an activation in each of the lanes. */
export function elementsIn(geometry: Geometry, lanes: readonly number[]): bigint {
  return inLanes(geometry, lanes, allBits(geometry.element));
}

/** By halves, which often are alike: a lane at a time would copy the whole number for each. */
function joined(
  lanes: readonly number[],
  from: number,
  to: number,
  bits: number,
  value: bigint,
  base: number,
): bigint {
  if (to - from === 1) return value << BigInt(bits * (lanes[from] - base));
  const middle = (from + to) >> 1;
  const next = lanes[middle];
  const low = joined(lanes, from, middle, bits, value, lanes[from]);
  const high = isAlike(lanes, from, middle, to) ? low : joined(lanes, middle, to, bits, value, next);
  const both = low | (high << BigInt(bits * (next - lanes[from])));
  return base === lanes[from] ? both : both << BigInt(bits * (lanes[from] - base));
}

/** Whether the lanes from `from` on lie as those from `middle` on do. */
function isAlike(lanes: readonly number[], from: number, middle: number, to: number): boolean {
  if (to - middle !== middle - from) return false;
  const distance = lanes[middle] - lanes[from];
  for (let i = from; i < middle; i++) if (lanes[i + middle - from] - lanes[i] !== distance) return false;
  return true;
}

const subsets = remembered((_: readonly number[]) => new Map<string, readonly number[]>());

/** Every so-many-th of lanes that lie `displacement` above those given. */
export function everyOf(
  lanes: readonly number[],
  displacement: number,
  parts: number,
  part: number,
): readonly number[] {
  const known = subsets(lanes);
  const key = `${displacement} ${parts} ${part}`;
  let subset = known.get(key);
  if (!subset) {
    subset = lanes.map((it) => it + displacement).filter((it) => it % parts === part);
    known.set(key, subset);
  }
  return subset;
}
