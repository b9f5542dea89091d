/** Fields that move, lanes of geometries, and places for planes. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { span, words } from "../../codegen/graph/lanes.js";
import { evaluateKernel } from "../../codegen/kernels/generated.js";
import { everyOf, inLanes, lane, positions } from "../../codegen/kernels/planes/geometry.js";
import { type Arrangement, writeMoves } from "../../codegen/kernels/planes/moves.js";
import { Program } from "../../codegen/kernels/planes/program.js";
import { Slots } from "../../codegen/kernels/planes/slots.js";
import { displacement, type Reach, reachOf, sum, type Tap } from "../../codegen/kernels/planes/sum.js";
import { size } from "../support/arbitraries.js";

/** Runs statements that leave a value in `x` on some planes. */
function evaluate(program: Program, statements: readonly string[], planes: bigint[]): bigint {
  const declarations = program.declarations();
  const text = `${declarations}
export function kernel({ planes }: Memory): void {
  let x: bigint = planes[0];
  ${statements.join("\n  ")}
  planes[0] = x;
}`;
  const imports = new Map([["lanes", declarations.includes("repeated(") ? ["repeated"] : []]]);
  const kernel = evaluateKernel({ imports, text }) as unknown as (memory: object) => void;
  const memory = { planes: [...planes] };
  kernel(memory);
  return memory.planes[0];
}

/** A random number of so many bits. */
function noise(bits: number, seed: number): bigint {
  let [value, state] = [0n, seed];
  for (let i = 0; i < bits; i += 16) {
    state = (state * 48271) % 2147483647;
    value |= BigInt(state & 0xffff) << BigInt(i);
  }
  return value;
}

const seed = fc.integer({ min: 1, max: 2 ** 31 - 2 });

const arrangement = (field: number, columns: number): fc.Arbitrary<Arrangement> =>
  fc
    .tuple(fc.nat(30), fc.nat(40))
    .map(([gap, rest]) => ({ column: field + gap, row: (field + gap) * columns + rest }));

it("2,000 arrangements: fields come where they belong, and nothing else does", () => {
  let possible = 0;
  const cases = fc.tuple(size(40), size(24), fc.constantFrom(8, 16, 24)).chain(([rows, columns, field]) =>
    fc.tuple(
      fc.record({
        rows: fc.constant(rows),
        columns: fc.constant(columns),
        field: fc.constant(field),
        seed,
      }),
      arrangement(field, columns),
      arrangement(field, columns),
    ),
  );
  const property = fc.property(fc.noBias(cases), ([{ rows, columns, field, seed }, from, to]) => {
    const bits = rows * from.row;
    const value = noise(bits, seed) & ((1n << BigInt(bits)) - 1n);
    const program = new Program();
    const statements: string[] = [];
    const moved = writeMoves(
      program,
      "x",
      { text: "x", bits },
      { rows, columns },
      field,
      from,
      to,
      statements,
    );
    if (!moved) return;
    possible++;
    let expected = 0n;
    const mask = (1n << BigInt(field)) - 1n;
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        const bytes = (value >> BigInt(r * from.row + c * from.column)) & mask;
        expected |= bytes << BigInt(r * to.row + c * to.column);
      }
    expect(evaluate(program, statements, [value]) === expected).toBe(true);
    expect(expected.toString(2).length).toBeLessThanOrEqual(Math.max(1, moved.bits));
  });
  fc.assert(property, { seed: 61, numRuns: 2000 });
  expect(possible).toBeGreaterThan(1500);
});

const geometry = fc
  .record({ rows: size(9), columns: size(9), gap: fc.nat(4), bits: fc.integer({ min: 16, max: 30 }) })
  .map(({ gap, ...rest }) => ({
    ...rest,
    stride: rest.columns + gap,
    transposed: false,
    element: 8 as const,
  }));

it("geometries know their lanes", () => {
  const property = fc.property(geometry, size(3), fc.nat(20), (it, parts, above) => {
    const lanes = positions(it);
    expect(lanes).toHaveLength(it.rows * it.columns);
    expect(lanes[lanes.length - 1] + 1).toBe(span(it));
    expect(lanes[it.columns - 1]).toBe(lane(it, 0, it.columns - 1));
    expect(32 * words(it, span(it))).toBeGreaterThanOrEqual(it.bits * span(it));
    expect(32 * (words(it, span(it)) - 1)).toBeLessThan(it.bits * span(it));
    const inEach = lanes.reduce((sum, at) => sum | (5n << BigInt(at * it.bits)), 0n);
    expect(inLanes(it, lanes, 5n)).toBe(inEach);
    const split = Array.from({ length: parts }, (_, part) => everyOf(lanes, above, parts, part));
    expect(split.flat().sort((a, b) => a - b)).toEqual(lanes.map((at) => at + above));
    for (const [part, of] of split.entries()) expect(of.every((at) => at % parts === part)).toBe(true);
  });
  fc.assert(property, { seed: 62, numRuns: 300 });
});

it("500 sums of products are those of the taps, each at its distance", () => {
  const tap = fc.record({
    plane: fc.nat(4),
    dy: fc.integer({ min: -2, max: 2 }),
    dx: fc.integer({ min: -2, max: 2 }),
    weight: fc.oneof(fc.constantFrom(-128, -127, -1, 0, 1, 2, 64, 127), fc.integer({ min: -128, max: 127 })),
  });
  const cases = fc.record({
    size: fc.tuple(size(6), size(6)),
    taps: fc.uniqueArray(tap, {
      maxLength: 30,
      selector: ({ plane, dy, dx }) => `${plane} ${dy} ${dx}`,
    }),
    start: fc.option(fc.nat(2 ** 20)),
    bits: fc.integer({ min: 22, max: 28 }),
    seed,
  });
  const property = fc.property(fc.noBias(cases), ({ size: [rows, columns], taps, start, bits, seed }) => {
    const reach: Reach = reachOf(taps);
    const stride = columns + reach.dxMax - reach.dxMin;
    const geometry = { rows, columns, stride, bits, transposed: false, element: 8 as const };
    const byte = (plane: number, at: number) =>
      Number(noise(16 * 400, seed + plane) >> BigInt(at * 16)) & 255;
    const lanes = positions(geometry);
    const planes = Array.from({ length: 5 }, (_, plane) =>
      lanes.reduce((sum, at) => sum | (BigInt(byte(plane, at)) << BigInt(at * bits)), 0n),
    );
    const program = new Program();
    const vectors = planes.map((_, i) => ({ text: `planes[${i}]`, bits: span(geometry) * bits }));
    const begin = start === null ? undefined : { text: `${start}n`, bits: 21 };
    const { text } = sum(program, geometry, reach, taps as readonly Tap[], begin, vectors);
    const found = evaluate(program, [`x = ${text};`], planes);
    const above = displacement(geometry, reach);
    let expected = BigInt(start ?? 0);
    for (const at of lanes)
      for (const { plane, dy, dx, weight } of taps) {
        const to = at + above - dy * stride - dx;
        expected += BigInt(weight * byte(plane, at)) << BigInt(to * bits);
      }
    expect(found === expected).toBe(true);
  });
  fc.assert(property, { seed: 63, numRuns: 500 });
});

it("places are never given twice, and those that are free are given again", () => {
  const actions = fc.array(fc.record({ length: fc.nat(6), freed: fc.option(fc.nat(9)) }), { maxLength: 30 });
  const property = fc.property(actions, (steps) => {
    const slots = new Slots();
    const held: (readonly [first: number, length: number])[] = [];
    for (const { length, freed } of steps) {
      const index = freed === null ? -1 : freed % Math.max(1, held.length);
      for (const [first, length] of index < 0 ? [] : held.splice(index, 1)) slots.free(first, length);
      const first = slots.take(length);
      for (const [other, taken] of held)
        if (length > 0 && taken > 0) expect(first + length <= other || other + taken <= first).toBe(true);
      held.push([first, length]);
      const end = Math.max(0, ...held.filter(([, of]) => of > 0).map(([at, of]) => at + of));
      expect(slots.used).toBe(end);
      expect(slots.count).toBeGreaterThanOrEqual(end);
    }
  });
  fc.assert(property, { seed: 64, numRuns: 500 });
  const slots = new Slots();
  slots.take(4);
  slots.take(2);
  slots.free(1, 2);
  expect([slots.take(3), slots.take(2), slots.count]).toEqual([6, 1, 9]);
});
