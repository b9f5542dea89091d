/**
 * Winograd's F(2,3) over rows, for convolutions whose kernels have three rows: two rows of outputs take four products where
 * they would take six (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015).
 *
 * With E and O as planes of the even and of the odd rows, an even row of outputs looks at rows O[j−1], E[j] and O[j], and the
 * odd one after it at E[j], O[j] and E[j+1]. For the weights g0, g1 and g2 of a column of the kernel
 *
 *     a = (O[j−1] − O[j]) · g0      b = (E[j] + O[j]) · (g0 + g1 + g2)
 *     d = (E[j] − E[j+1]) · g2      c = (O[j] − E[j]) · (g0 − g1 + g2)
 *
 * make the rows a + (b + c) / 2 and (b − c) / 2 − d. Both halves are whole numbers, so all is exact, and sums of many
 * products can be halved at once.
 */
import { span } from "../../graph/lanes.js";
import { leastOf } from "../element.js";
import { fromArena } from "./arena.js";
import { elementsIn, type Geometry, inLanes, positions, remembered } from "./geometry.js";
import type { Placement, Target } from "./head.js";
import { writeMoves } from "./moves.js";
import { operand, type Program, type Vector } from "./program.js";
import { type Rows, rowsOf } from "./rows.js";
import { type Piece, piece, READ_PLANE, WRITE_PLANE } from "./steps.js";
import { accumulate, type Reach, rowScalars, type Tap } from "./sum.js";
import type { PlaneTensor } from "./tensor.js";
import type { Unpacking } from "./unpacking.js";

/** The planes of an input channel: those that a, b, c and d multiply, in this order. */
export const TRANSFORMS = 4;

/**
 * The placement of a convolution whose rows are computed in pairs: its taps multiply the transforms of its input. Its sums
 * have all even rows below all odd ones.
 *
 * @returns undefined where kernels do not have three rows around their output, where there is a stride, or the number of
 *   rows is no power of two
 */
export function inPairs(placement: Placement, { rows, columns }: Geometry): Placement | undefined {
  const { convolution, phases, reach, taps } = placement;
  const isSuited =
    !convolution.isDepthwise &&
    // A stride has one phase, too, where the dilation is a multiple of it.
    convolution.strideHeight === 1 &&
    convolution.strideWidth === 1 &&
    phases.length === 1 &&
    phases[0].rows === rows &&
    phases[0].columns === columns &&
    rows > 1 &&
    Number.isInteger(Math.log2(rows)) &&
    reach.dyMin === -1 &&
    reach.dyMax === 1 &&
    taps.every((of) => of.every(({ dy }) => Math.abs(dy) <= 1));
  if (!isSuited) return undefined;
  return paired(placement);
}

const paired = remembered((placement: Placement): Placement => {
  const { reach, taps } = placement;
  return {
    ...placement,
    isPaired: true,
    reach: { ...reach, dyMin: 0, dyMax: 0 },
    taps: taps.map(transformed),
  };
});

function transformed(taps: readonly Tap[]): Tap[] {
  const columns = new Map<string, { plane: number; dx: number; g: [number, number, number] }>();
  for (const { plane, dx, dy, weight } of taps) {
    const key = `${plane},${dx}`;
    const column = columns.get(key) ?? { plane, dx, g: [0, 0, 0] };
    columns.set(key, column);
    column.g[dy + 1] += weight;
  }
  // The weights of d have their signs turned, so that all sums are added.
  return [...columns.values()].flatMap(({ plane, dx, g: [g0, g1, g2] }) =>
    [g0, g0 + g1 + g2, g0 - g1 + g2, -g2].map((weight, i) => ({
      plane: TRANSFORMS * plane + i,
      dy: 0,
      dx,
      weight,
    })),
  );
}

/** Every other row of a plane, close together. */
export function halved(geometry: Geometry): Geometry {
  return { ...geometry, rows: geometry.rows / 2 };
}

/**
 * Makes the transforms of all input channels of a tensor at rest.
 *
 * @param read the rows of a band and, where there are more bands, one above and one below
 */
export function transformsOf(
  program: Program,
  tensor: PlaneTensor,
  read: Rows,
  geometry: Geometry,
  target: Target,
): Unpacking {
  const { geometry: own, perPlane, channels, zero } = tensor;
  const isBanded = read.bands > 1;
  const half = halved(geometry);
  const from = { column: own.bits, row: 2 * own.bits * own.stride };
  const to = { column: geometry.bits, row: geometry.bits * geometry.stride };
  const lanes = positions(half);
  const first = lanes.slice(0, half.columns);
  const elements = (of: readonly number[]) => program.constant("ELEMENTS", elementsIn(half, of));
  return (index, statements, planes) => {
    const rows = (from: number, count: number) =>
      rowsOf(program, tensor, index, { ...read, first: read.first + from, rows: count }, planes);
    const packedRows = isBanded ? rows(1, geometry.rows) : rows(0, geometry.rows);
    const packed = /^p\d+$/.test(packedRows.text) ? packedRows : program.assign("w", packedRows, statements);
    const split = (name: string, row: number) => {
      const start = program.shiftRight(packed, row * own.bits * own.stride);
      return writeMoves(program, name, start, half, half.element * perPlane, from, to, statements);
    };
    const latterHalf = () => program.shiftRight(packed, half.rows * own.bits * own.stride);
    const [even, odd] = tensor.isHalved
      ? [packed, program.assign("y", latterHalf(), statements)]
      : [split("x", 0), split("y", 1)];
    if (!even || !odd) return false;
    statements.push("{");
    const above = isBanded && constant(program, "above", rows(0, 1), statements);
    const below = isBanded && constant(program, "below", rows(geometry.rows + 1, 1), statements);
    for (let j = 0; j < perPlane && index * perPlane + j < channels; j++) {
      // Even rows that rest before the odd ones still have these above them.
      const ofChannel = (value: Vector, of = lanes) =>
        perPlane === 1 && !tensor.isHalved
          ? value
          : program.and(program.shiftRight(value, half.element * j), elements(of));
      const own = (i: number) => target((index * perPlane + j) * TRANSFORMS + i);
      writeTransforms(program, half, zero, ofChannel(even), ofChannel(odd), own, statements, {
        ...(above && { above: ofChannel(above, first) }),
        ...(below && { below: ofChannel(below, first) }),
      });
    }
    statements.push("}");
    return true;
  };
}

/**
 * Makes the transforms of all input channels from NHWC bytes in the arena: even and odd rows are brought to where two of the
 * transforms will be.
 *
 * @returns undefined where bytes would overlap on the way
 */
export function transformsFromArena(
  program: Program,
  { convolution, ...placement }: Placement,
  geometry: Geometry,
  target: (plane: number) => string,
): Piece[] | undefined {
  const half = halved(geometry);
  const least = leastOf(geometry.element);
  const zero = convolution.inputZeroPoint - least;
  const rows = { rows: half.rows, columns: convolution.inputWidth };
  const halves: Placement = {
    ...placement,
    phases: [0, 1].map((row) => ({ row, column: 0, ...rows })),
    convolution: { ...convolution, strideHeight: 2, inputZeroPoint: least },
  };
  const place = (channel: number) => (i: number) => target(channel * TRANSFORMS + i);
  const brought = fromArena(program, halves, half, (plane) => place(plane >> 1)(plane & 1));
  const bits = span(half) * half.bits;
  const made = Array.from({ length: convolution.inputDepth }, (_, channel) =>
    piece(program, (statements) => {
      program.spend(2 * READ_PLANE);
      const [even, odd] = [0, 1].map((i) => ({ text: place(channel)(i), bits }));
      writeTransforms(program, half, zero, even, odd, place(channel), statements);
    }),
  );
  return brought && [...brought, ...made];
}

/**
 * Writes the four transforms of a channel.
 *
 * @param half the geometry of its even rows, and of its odd ones
 * @param zero what padding is
 * @param neighbours the rows above and below, where these are not padding
 */
function writeTransforms(
  program: Program,
  half: Geometry,
  zero: number,
  even: Vector,
  odd: Vector,
  target: (transform: number) => string,
  statements: string[],
  { above, below }: { readonly above?: Vector; readonly below?: Vector } = {},
): void {
  const rowBits = half.bits * half.stride;
  const lanes = positions(half);
  const [former, latter] = [lanes.slice(0, -half.columns), lanes.slice(half.columns)];
  const lifted = (value: Vector, of: readonly number[]) =>
    zero === 0
      ? value
      : operand(program.subtract(value, program.constant("ZERO", inLanes(half, of, BigInt(zero)))));
  statements.push("{");
  const e = constant(program, "e", even, statements);
  const o = constant(program, "o", odd, statements);
  let before = program.shiftLeft(
    program.and(o, program.constant("FORMER", elementsIn(half, former))),
    rowBits,
  );
  let after = program.shiftRight(e, rowBits);
  if (above) before = program.or(before, above);
  if (below) after = program.or(after, program.shiftLeft(below, (half.rows - 1) * rowBits));
  const [liftedEven, liftedOdd] = [e, o].map((it) => lifted(it, lanes));
  const transforms = [
    program.subtract(lifted(before, above ? lanes : latter), liftedOdd),
    program.add(liftedEven, liftedOdd),
    program.subtract(liftedOdd, liftedEven),
    program.subtract(liftedEven, lifted(after, below ? lanes : former)),
  ];
  for (const [i, { text }] of transforms.entries()) {
    statements.push(`${target(i)} = ${text};`);
    program.spend(WRITE_PLANE);
  }
  statements.push("}");
}

function constant(program: Program, name: string, value: Vector, statements: string[]): Vector {
  return { ...program.assign(`const ${name}`, value, statements), text: name };
}

/**
 * The sums of a placement in pairs: even rows, and from lane `rows` / 2 · `stride` on the odd ones.
 *
 * @param start what is added in every lane, if anything
 * @param planes the transforms
 */
export function pairedSum(
  program: Program,
  geometry: Geometry,
  reach: Reach,
  taps: readonly Tap[],
  start: Vector | undefined,
  planes: readonly Vector[],
): Vector {
  const scalars = [...rowScalars(geometry, reach, taps)];
  const sums = Array.from(
    { length: TRANSFORMS },
    (_, i) =>
      accumulate(
        program,
        undefined,
        new Map(scalars.filter(([plane]) => plane % TRANSFORMS === i)),
        planes,
      ) ?? {
        text: "0n",
        bits: 1,
      },
  );
  const rows = joined(program, geometry, sums);
  return start ? program.add(start, rows) : rows;
}

/** Even and odd rows of the sums a, b, c and d. */
function joined(program: Program, geometry: Geometry, sums: readonly Vector[]): Vector {
  const [a, b, c, d] = sums.map(({ bits }, i) => ({ text: "abcd"[i], bits }));
  const lines: string[] = [];
  // (b + c) / 2 is b less (b − c) / 2.
  const difference = program.shiftRight(operand(program.subtract(b, c)), 1);
  const h = { ...program.assign("const h", difference, lines), text: "h" };
  const odd = program.shiftLeft(
    operand(program.add(h, d)),
    (geometry.rows / 2) * geometry.stride * geometry.bits,
  );
  const even = program.subtract(program.add(a, b), h);
  const both = program.add(odd, operand(even));
  const body = `(a: bigint, b: bigint, c: bigint, d: bigint): bigint {
${lines.map((it) => `  ${it}`).join("\n")}
  return ${both.text};
}`;
  const name = program.function("pairs", body);
  program.spend(CALL);
  return { text: `${name}(${sums.map(({ text }) => text).join(", ")})`, bits: both.bits };
}

/** Instructions of a call. */
const CALL = 1000;

/**
 * Brings rows into their order that lie all even ones before all odd ones: of each 4q rows the second and third q change
 * places, first for all rows, then for half of them, a quarter and so on.
 *
 * @param y a plane of elements, or several channels of them, one above the other
 */
export function interleaved(program: Program, geometry: Geometry, y: Vector): Vector {
  return swapped(program, geometry, y, quarters(geometry));
}

/** Brings all even rows before all odd ones, of which there are a power of two: the same exchanges the other way round. */
export function separated(program: Program, geometry: Geometry, y: Vector): Vector {
  return swapped(program, geometry, y, quarters(geometry).reverse());
}

/** Whether rows can be put in this order. */
export function canBeHalved({ rows }: Geometry): boolean {
  return rows > 1 && Number.isInteger(Math.log2(rows));
}

function quarters({ rows }: Geometry): number[] {
  return Array.from({ length: Math.max(0, Math.log2(rows) - 1) }, (_, i) => rows / 4 / 2 ** i);
}

function swapped(program: Program, geometry: Geometry, y: Vector, exchanges: readonly number[]): Vector {
  const { columns, stride, bits } = geometry;
  if (exchanges.length === 0) return y;
  const rowBits = bits * stride;
  program.repeats(bits, rowBits);
  let x: Vector = { text: "x", bits: y.bits };
  const lines: string[] = [];
  for (const q of exchanges) {
    const lanes = positions(geometry).filter((_, i) => Math.floor(i / columns / q) % 4 === 1);
    const mask = program.constant("SECOND", inLanes(geometry, lanes, (1n << BigInt(bits)) - 1n));
    const differences = program.and(operand(program.xor(program.shiftRight(x, q * rowBits), x)), mask);
    const t = { ...program.assign("t", differences, lines), text: "t" };
    const both = program.xor(operand(program.xor(x, t)), program.shiftLeft(t, q * rowBits));
    x = { ...program.assign("x", both, lines), bits: y.bits };
  }
  const body = ["let t: bigint;", ...lines, "return x;"].map((line) => `  ${line}`).join("\n");
  const name = program.function("interleaved", `(x: bigint): bigint {\n${body}\n}`);
  program.spend(CALL);
  return { text: `${name}(${y.text})`, bits: y.bits };
}
