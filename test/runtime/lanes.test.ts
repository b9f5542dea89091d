import { expect, it } from "vitest";
import { fromBytes, toBytes, toHalves, toWords } from "../../runtime/lanes.js";

it.each([
  [0n, 1, [0]],
  [5n, 1, [5]],
  [5n, 3, [5, 0, 0]],
  [0x12345n, 3, [0x45, 0x23, 1]],
  [0x12345n, 4, [0x45, 0x23, 1, 0]],
  [0x12345n, 1, [0x45, 0x23, 1]],
])("%i in at least %i bytes", (value, length, bytes) => {
  expect([...toBytes(value, length)]).toEqual(bytes);
});

it("bytes and their number are the same thing", () => {
  const bytes = Int8Array.of(1, -2, 3, -128, 127, 0, 9);
  expect([...toBytes(fromBytes(bytes, 1, 6), 6)]).toEqual([254, 3, 128, 127, 0, 9]);
});

it("words have the lowest first", () => {
  expect([...toWords((0xfffffffen << 32n) | 7n, 3)]).toEqual([7, -2, 0]);
  expect([...toHalves((0xfffen << 16n) | 7n, 3)]).toEqual([7, -2, 0]);
});
