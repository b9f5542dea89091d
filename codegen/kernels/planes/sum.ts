/** The sums of products of a convolution, as expressions over planes. */
import type { Geometry } from "./geometry.js";
import { operand, type Program, type Vector } from "./program.js";

/** One weight: it multiplies `plane` at a distance of `dy` rows and `dx` columns from the output. */
export interface Tap {
  /** Which of the planes that the sum may read. */
  readonly plane: number;
  readonly dy: number;
  readonly dx: number;
  readonly weight: number;
}

/** How far a layer's taps reach: its accumulators lie `dyMax` rows and `dxMax` columns above their positions. */
export interface Reach {
  readonly dyMin: number;
  readonly dyMax: number;
  readonly dxMin: number;
  readonly dxMax: number;
}

export function reachOf(taps: readonly Pick<Tap, "dy" | "dx">[]): Reach {
  const dys = taps.map(({ dy }) => dy);
  const dxs = taps.map(({ dx }) => dx);
  return {
    dyMin: Math.min(0, ...dys),
    dyMax: Math.max(0, ...dys),
    dxMin: Math.min(0, ...dxs),
    dxMax: Math.max(0, ...dxs),
  };
}

/** Lanes by which accumulators lie above their positions. */
export function displacement({ stride }: Geometry, { dyMax, dxMax }: Reach): number {
  return dyMax * stride + dxMax;
}

/**
 * Σ weight · plane over all taps, each where it counts. Taps of one row of one plane are one scalar of several words: a
 * product with it does them all. Where every scalar is a single weight, planes of equal weights are added before they are
 * multiplied, which costs as many additions and fewer products.
 *
 * @param start what is added in every lane, if anything
 * @param planes the planes that taps speak of
 */
export function sum(
  program: Program,
  geometry: Geometry,
  reach: Reach,
  taps: readonly Tap[],
  start: Vector | undefined,
  planes: readonly Vector[],
): Vector {
  const rowBits = geometry.stride * geometry.bits;
  let acc: Vector | undefined;
  for (let dy = reach.dyMin; dy <= reach.dyMax; dy++) {
    if (acc) acc = program.shiftLeft(acc, rowBits);
    const scalars = rowScalars(
      geometry,
      reach,
      taps.filter((tap) => tap.dy === dy),
    );
    acc = accumulate(program, acc, scalars, planes);
  }
  if (start && acc) return program.add(start, operand(acc));
  return start ?? acc ?? { text: "0n", bits: 1 };
}

/** The scalar of each plane for one row of taps. */
function rowScalars({ bits }: Geometry, { dxMax }: Reach, taps: readonly Tap[]): Map<number, bigint> {
  const scalars = new Map<number, bigint>();
  for (const { plane, dx, weight } of taps) {
    if (weight === 0) continue;
    const term = BigInt(weight) << BigInt(bits * (dxMax - dx));
    scalars.set(plane, (scalars.get(plane) ?? 0n) + term);
  }
  return scalars;
}

/** Most weights of a row's scalar are ones that other planes have, too. */
function accumulate(
  program: Program,
  acc: Vector | undefined,
  scalars: ReadonlyMap<number, bigint>,
  planes: readonly Vector[],
): Vector | undefined {
  const byMagnitude = new Map<bigint, { readonly plane: Vector; readonly isNegative: boolean }[]>();
  for (const [plane, scalar] of scalars) {
    const magnitude = scalar < 0n ? -scalar : scalar;
    const sharing = byMagnitude.get(magnitude) ?? [];
    sharing.push({ plane: planes[plane], isNegative: scalar < 0n });
    byMagnitude.set(magnitude, sharing);
  }
  // What begins an expression is best added, and so is what begins a group.
  const groups = [...byMagnitude].map(([magnitude, members]) => {
    const isNegative = members.every((member) => member.isNegative);
    const ordered = isNegative ? members : [...members].sort((a, b) => +a.isNegative - +b.isNegative);
    return { magnitude, members: ordered, isNegative };
  });
  groups.sort((a, b) => +a.isNegative - +b.isNegative);
  for (const { magnitude, members, isNegative } of groups) {
    let total = members[0].plane;
    for (const member of members.slice(1))
      total =
        member.isNegative === isNegative
          ? program.add(total, member.plane)
          : program.subtract(total, member.plane);
    const product = magnitude === 1n ? operand(total) : program.multiply(total, scalarOf(program, magnitude));
    if (acc) acc = isNegative ? program.subtract(acc, product) : program.add(acc, product);
    else acc = isNegative ? program.subtract({ text: "0n", bits: 1 }, product) : product;
  }
  return acc;
}

/** Small scalars are shared by the whole module; others are written where they are used. */
function scalarOf(program: Program, magnitude: bigint): Vector {
  return magnitude < 256n ? program.number(magnitude) : program.literal(magnitude);
}
