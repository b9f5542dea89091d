import { expect, it } from "vitest";
import { accuracy, centralAccuracy, federatedDigits } from "./digits.js";

it("four boards with different digits come within two points of their data in one place", () => {
  const central = centralAccuracy();
  const shares = (
    [
      { bits: 32, permille: 1000 },
      { bits: 8, permille: 1000 },
      { bits: 8, permille: 100 },
    ] as const
  ).map((compression) => {
    const { learner, rounds } = federatedDigits(compression);
    const { sent, received } = rounds[50].traffic;
    return { right: accuracy(learner), bytes: (sent + received) / 4 };
  });
  // One board's digits alone would be a third of all.
  expect(central).toBeGreaterThan(0.84);
  for (const { right } of shares) expect(right).toBeGreaterThan(central - 0.02);
  const [exact, short, sparse] = shares;
  expect(short.bytes).toBeLessThan(exact.bytes / 3.5);
  expect(sparse.bytes).toBeLessThan(exact.bytes / 12);
}, 120_000);
