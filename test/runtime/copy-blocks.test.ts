import fc from "fast-check";
import { expect, test } from "vitest";
import { DTYPE_BYTES, elements } from "../../codegen/graph/graph.js";
import { blocks } from "../../codegen/ops/support/blocks.js";
import { strides } from "../../codegen/ops/support/loops.js";
import { copyBlocks } from "../../runtime/copy-blocks.js";
import { memoryOf } from "../support/memory.js";

/** A copy of an index space that is walked in another order, with steps, and here and there backwards. */
const copies = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 0, maxLength: 5 }).chain((sizes) => {
  const each = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: sizes.length, maxLength: sizes.length });
  return fc.record({
    sizes: fc.constant(sizes),
    dtype: fc.constantFrom("int8", "bool", "int16", "int32", "float32", "int64"),
    order: fc.shuffledSubarray([...sizes.keys()], { minLength: sizes.length }),
    steps: each(fc.constantFrom(1, 1, 1, 2, 3)),
    backwards: each(fc.constantFrom(false, false, true)),
    runsPerTile: fc.integer({ min: 1, max: 9 }),
  });
});

test("copies by strides move every element of every type, however they are cut into tiles", () => {
  fc.assert(
    fc.property(copies, ({ sizes, dtype, order, steps, backwards, runsPerTile }) => {
      const source = order.map((axis) => sizes[axis] * steps[axis]);
      const sourceStrides = strides(source);
      const targetStrides = strides(sizes);
      let start = 0;
      const axes = sizes.map((size, axis) => {
        const from = sourceStrides[order.indexOf(axis)] * steps[axis];
        if (backwards[axis]) start += (size - 1) * from;
        return { size, from: backwards[axis] ? -from : from, to: targetStrides[axis] };
      });
      const bytes = DTYPE_BYTES[dtype];
      const to = elements(source) * bytes;
      const memory = memoryOf(to + elements(sizes) * bytes);
      for (let i = 0; i < to; i++) memory.uint8[i] = (i * 89) % 251;

      const expected: number[] = [];
      const walk = (axis: number, element: number) => {
        if (axis === axes.length)
          expected.push(...memory.uint8.slice(element * bytes, (element + 1) * bytes));
        else for (let i = 0; i < sizes[axis]; i++) walk(axis + 1, element + i * axes[axis].from);
      };
      walk(0, start);

      const { constants } = blocks(axes, dtype);
      const tiles = Math.ceil(constants.runs / runsPerTile);
      const layer = {
        name: "copy",
        kernel: copyBlocks,
        tiles,
        from: start * bytes,
        to,
        ...constants,
        runsPerTile,
      };
      for (let tile = 0; tile < tiles; tile++) copyBlocks(memory, layer, tile);
      expect([...memory.uint8.slice(to, to + expected.length)]).toEqual(expected);
    }),
    { seed: 3, numRuns: 2000 },
  );
});

test("what lies side by side at both places is one run", () => {
  const axis = (size: number, from: number, to: number) => ({ size, from, to });
  const whole = blocks([axis(2, 12, 12), axis(3, 4, 4), axis(4, 1, 1)], "int32").constants;
  expect(whole).toMatchObject({ run: 96, rows: 1, sizes: [], runs: 1 });
  const channelsFirst = blocks([axis(4, 1, 6), axis(2, 12, 3), axis(3, 4, 1)], "int8").constants;
  expect(channelsFirst).toMatchObject({ run: 1, rows: 6, fromStride: 4, toStride: 1, sizes: [4], runs: 24 });
});

test("a long copy takes several steps", () => {
  const { steps, constants } = blocks([{ size: 20000, from: 2, to: 1 }], "int8");
  expect(steps).toEqual({ tiles: 3, work: 8192 });
  expect(constants).toMatchObject({ run: 1, rows: 20000, runs: 20000, runsPerTile: 8192 });
});
