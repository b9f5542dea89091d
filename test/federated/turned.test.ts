import { expect, it } from "vitest";
import { turnedFederated, turnedInOnePlace } from "./turned.js";

it("the head of the shipped model, on four boards with different digits, comes within two points of one place", () => {
  const one = turnedInOnePlace();
  expect(one.before).toBeLessThan(0.65);
  expect(one.after).toBeGreaterThan(0.84);
  for (const compression of [
    { bits: 32, permille: 1000 },
    { bits: 8, permille: 100 },
  ] as const)
    expect(turnedFederated(compression).after).toBeGreaterThan(one.after - 0.02);
}, 240_000);
