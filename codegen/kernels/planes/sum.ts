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
    const row = taps.filter((tap) => tap.dy === dy);
    const lone = loneTaps(row, reach);
    const others = row.filter((tap) => !lone.has(tap));
    acc = accumulate(program, acc, rowScalars(geometry, reach, others), planes);
    acc = addLone(program, acc, geometry, reach, [...lone], planes);
  }
  if (start && acc) return program.add(start, operand(acc));
  return start ?? acc ?? { text: "0n", bits: 1 };
}

/** The scalar of each plane for one row of taps. */
export function rowScalars({ bits }: Geometry, { dxMax }: Reach, taps: readonly Tap[]): Map<number, bigint> {
  const scalars = new Map<number, bigint>();
  for (const { plane, dx, weight } of taps) {
    if (weight === 0) continue;
    const term = BigInt(weight) << BigInt(bits * (dxMax - dx));
    scalars.set(plane, (scalars.get(plane) ?? 0n) + term);
  }
  return scalars;
}

/** Planes of one tap from which on it pays to shift their sum and not each weight. */
const LEAST_LONE = 4;

/**
 * The taps of a row that are alone in their plane, below the rightmost column: shifted to their column their weights are
 * numbers of many bits, which few planes have in common.
 */
function loneTaps(row: readonly Tap[], { dxMax }: Reach): ReadonlySet<Tap> {
  const weighing = row.filter(({ weight }) => weight !== 0);
  const counts = new Map<number, number>();
  for (const { plane } of weighing) counts.set(plane, (counts.get(plane) ?? 0) + 1);
  const lone = weighing.filter(({ plane, dx }) => counts.get(plane) === 1 && dx < dxMax);
  return new Set(lone.filter(({ dx }) => lone.filter((it) => it.dx === dx).length >= LEAST_LONE));
}

/** Adds lone taps, column by column. */
function addLone(
  program: Program,
  acc: Vector | undefined,
  geometry: Geometry,
  { dxMax }: Reach,
  lone: readonly Tap[],
  planes: readonly Vector[],
): Vector | undefined {
  let total = acc;
  for (const dx of new Set(lone.map((tap) => tap.dx))) {
    const scalars = new Map(
      lone.filter((tap) => tap.dx === dx).map((tap) => [tap.plane, BigInt(tap.weight)]),
    );
    const sum = accumulate(program, undefined, scalars, planes)!;
    const shifted = program.shiftLeft(operand(sum), geometry.bits * (dxMax - dx));
    total = total ? program.add(total, shifted) : shifted;
  }
  return total;
}

/** Planes that are added with one sign, and a sum that is multiplied. */
interface Term {
  readonly plane: Vector;
  readonly isNegative: boolean;
}

/**
 * Adds Σ scalar · plane. Planes of equal magnitudes are added first. Magnitudes that differ by a power of two share their
 * product as well: (8 · a + b) · 3 is 24 · a + 3 · b, and a shift is cheaper than a product.
 */
export function accumulate(
  program: Program,
  acc: Vector | undefined,
  scalars: ReadonlyMap<number, bigint>,
  planes: readonly Vector[],
): Vector | undefined {
  const groups = [...byOddPart(scalars, planes)].map(([odd, byPower]) => {
    const powers = [...byPower].sort(([a], [b]) => b - a);
    const isNegative = powers[0][1].every((term) => term.isNegative);
    return { odd, powers, isNegative };
  });
  groups.sort((a, b) => +a.isNegative - +b.isNegative); // what begins an expression is best added
  let total = acc;
  for (const { odd, powers, isNegative } of groups) {
    let part: Vector | undefined;
    let before = powers[0][0];
    for (const [power, terms] of powers) {
      if (part) part = operand(program.shiftLeft(operand(part), before - power));
      before = power;
      part = addTerms(program, part, terms, isNegative);
    }
    // Alone, a scalar that is even is no dearer than an odd one.
    const isAlone = powers.length === 1 && odd !== 1n;
    const shifted = isAlone ? operand(part!) : program.shiftLeft(operand(part!), before);
    const scalar = isAlone ? odd << BigInt(before) : odd;
    const product = scalar === 1n ? shifted : program.multiply(shifted, scalarOf(program, scalar));
    if (total) total = isNegative ? program.subtract(total, product) : program.add(total, product);
    else total = isNegative ? program.subtract({ text: "0n", bits: 1 }, product) : product;
  }
  return total;
}

/** The planes of each scalar, by the odd part of its magnitude and the power of two beside it. */
function byOddPart(
  scalars: ReadonlyMap<number, bigint>,
  planes: readonly Vector[],
): Map<bigint, Map<number, Term[]>> {
  const groups = new Map<bigint, Map<number, Term[]>>();
  for (const [plane, scalar] of scalars) {
    let odd = scalar < 0n ? -scalar : scalar;
    let power = 0;
    for (; (odd & 1n) === 0n; odd >>= 1n) power++;
    const byPower = groups.get(odd) ?? new Map<number, Term[]>();
    groups.set(odd, byPower);
    const terms = byPower.get(power) ?? [];
    byPower.set(power, terms);
    terms.push({ plane: planes[plane], isNegative: scalar < 0n });
  }
  return groups;
}

/** @param isNegative whether what is added is subtracted in the end, so that signs turn */
function addTerms(
  program: Program,
  to: Vector | undefined,
  terms: readonly Term[],
  isNegative: boolean,
): Vector {
  let total = to;
  for (const term of [...terms].sort(
    (a, b) => +(a.isNegative !== isNegative) - +(b.isNegative !== isNegative),
  ))
    if (!total) total = term.plane;
    else
      total =
        term.isNegative === isNegative ? program.add(total, term.plane) : program.subtract(total, term.plane);
  return total!;
}

/** Small scalars are shared by the whole module; others are written where they are used. */
function scalarOf(program: Program, magnitude: bigint): Vector {
  return magnitude < 256n ? program.number(magnitude) : program.literal(magnitude);
}
