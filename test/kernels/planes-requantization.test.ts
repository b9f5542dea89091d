/** Accumulators in lanes against the reference, at every threshold. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Requantization, stepsOf } from "../../codegen/arithmetic/scaling.js";
import { evaluateKernel } from "../../codegen/kernels/generated.js";
import { type Geometry, lane, positions } from "../../codegen/kernels/planes/geometry.js";
import { Program } from "../../codegen/kernels/planes/program.js";
import {
  fitLanes,
  type LaneScaling,
  laneBits,
  requantized,
} from "../../codegen/kernels/planes/requantization.js";
import { multiplyByQuantizedMultiplier } from "../reference/fixed-point.js";

interface Case extends Requantization {
  readonly range: { readonly min: number; readonly max: number };
  /** Bits of a lane beyond those that accumulators need. */
  readonly spare: number;
  /** Rows and columns by which accumulators lie above their positions. */
  readonly above: { readonly rows: number; readonly columns: number };
  readonly gap: number;
}

/** What TFLM makes of an accumulator, less the least value. */
function expected({ multiplier, shift, zeroPoint, min, max }: Case, acc: number): number {
  const factor = { multiplier: BigInt(multiplier), shift: BigInt(shift) };
  const q = Number(multiplyByQuantizedMultiplier(BigInt(acc), factor)) + zeroPoint;
  return Math.min(max, Math.max(min, q)) - min;
}

/** Every accumulator of a small range; of others those within 2 of a threshold, of 0 and of both ends. */
function telling({ range: { min, max } }: Case, first: readonly number[]): number[] {
  if (max - min < 600) return Array.from({ length: max - min + 1 }, (_, i) => min + i);
  const near = [...first, 0, min, max].flatMap((at) => [at - 2, at - 1, at, at + 1, at + 2]);
  return [...new Set(near)].filter((acc) => acc >= min && acc <= max);
}

/** A function from a plane of accumulators to one of bytes. */
function quantizer(geometry: Geometry, scaling: LaneScaling, displacement: number): (acc: bigint) => bigint {
  const program = new Program();
  const wanted = positions(geometry);
  const bits = (wanted[wanted.length - 1] + displacement + geometry.stride) * geometry.bits;
  const bytes = requantized(program, geometry, scaling, { text: "x", bits }, displacement, wanted);
  const text = `${program.declarations()}
export function kernel({ planes }: Memory): void {
  const x = planes[0];
  planes[0] = ${bytes.text};
}`;
  const imports = new Map([["lanes", text.includes("repeated(") ? ["repeated"] : []]]);
  const kernel = evaluateKernel({ imports, text }) as unknown as (memory: object) => void;
  return (acc) => {
    const planes = [acc];
    kernel({ planes });
    return planes[0];
  };
}

const COLUMNS = 16;

/** @returns whether lanes of this width can do it */
function check(it: Case): boolean {
  const steps = stepsOf(it, it.range);
  const bits = Math.max(16, laneBits(it.range)) + it.spare;
  const scaling = fitLanes(steps, bits);
  if (!scaling) return false;
  const accs = telling(it, steps.first);
  const rows = Math.ceil(accs.length / COLUMNS);
  const geometry = {
    rows,
    columns: COLUMNS,
    stride: COLUMNS + it.gap,
    bits,
    transposed: false,
    element: 8 as const,
  };
  const displacement = it.above.rows * geometry.stride + it.above.columns;
  // All other lanes hold accumulators, too: of them, nothing may be left.
  const lanes = Array.from(
    { length: rows * geometry.stride + displacement },
    (_, i) => accs[i % accs.length],
  );
  const at = (i: number) => lane(geometry, Math.floor(i / COLUMNS), i % COLUMNS);
  for (const [i, acc] of accs.entries()) lanes[at(i) + displacement] = acc;
  const shift = (value: number, to: number) => BigInt(value) << BigInt(to * bits);
  const plane = lanes.reduce((sum, acc, i) => sum | shift(acc + scaling.bias, i), 0n);
  const found = quantizer(geometry, scaling, displacement)(plane);
  const whole = Array.from({ length: rows * COLUMNS }, (_, i) => lanes[at(i) + displacement]);
  const wanted = whole.reduce((sum, acc, i) => sum | shift(expected(it, acc), at(i)), 0n);
  if (found !== wanted)
    expect.fail(JSON.stringify({ it, scaling }, (_, v) => (typeof v === "bigint" ? `${v}` : v)));
  return true;
}

const ends = fc
  .tuple(fc.integer({ min: -128, max: 127 }), fc.integer({ min: -128, max: 127 }))
  .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));

const requantization = fc
  .record({
    multiplier: fc.oneof(
      fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }),
      fc.constantFrom(2 ** 30, 2 ** 31 - 1, 0x5555_5555),
    ),
    zeroPoint: fc.oneof(fc.constant(-128), fc.integer({ min: -128, max: 127 })),
    ends: fc.oneof(fc.constant({ min: -128, max: 127 }), ends),
    spare: fc.nat(6),
    above: fc.record({ rows: fc.nat(2), columns: fc.nat(3) }),
    gap: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ ends, zeroPoint, ...rest }) => ({ ...rest, ...ends, zeroPoint }));

const cases = (reach: number, shift: fc.Arbitrary<number>): fc.Arbitrary<Case> =>
  fc
    .tuple(requantization, shift, fc.integer({ min: 0, max: reach }), fc.integer({ min: 0, max: reach }))
    .map(([it, shift, low, high]) => ({ ...it, shift, range: { min: -low, max: high } }));

it.each([
  ["1,000 small ranges, whole", cases(300, fc.integer({ min: -7, max: 1 })), 1000],
  ["1,500 large ranges, at every threshold", cases(2 ** 18, fc.integer({ min: -13, max: -6 })), 1500],
] as const)("%s: lanes hold TFLM's bytes, and nothing between them", (_, of, numRuns) => {
  let fitted = 0;
  const property = fc.property(fc.noBias(of), (it) => {
    if (check(it)) fitted++;
  });
  fc.assert(property, { seed: 51, numRuns });
  expect(fitted).toBeGreaterThan(0.6 * numRuns);
});

// About one in 600 channels that are told apart below zero with a factor near 2^-8.
it.each([
  { multiplier: 1_339_594_243, zeroPoint: 4, range: { min: -230_520, max: 79_305 } },
  { multiplier: 1_282_097_423, zeroPoint: 8, range: { min: -155_029, max: 144_086 } },
])("the factor $multiplier takes more bits than are enough for most, and lanes have them", (it) => {
  const place = { above: { rows: 0, columns: 0 }, gap: 1 };
  for (let spare = 1; spare <= 6; spare++)
    expect(check({ ...it, shift: -8, min: -128, max: 127, spare, ...place }), `${spare} spare`).toBe(true);
});
