import { expect, it } from "vitest";
import { accuracy, accuracyInOnePlace, federatedTurned } from "./turned.js";

it("the head of the shipped model, on four boards with different digits, comes within two points of one place", () => {
  expect(accuracy()).toBeLessThan(0.65);
  const inOnePlace = accuracyInOnePlace();
  expect(inOnePlace).toBeGreaterThan(0.84);
  const bytes = (
    [
      { bits: 32, permille: 1000 },
      { bits: 8, permille: 100 },
    ] as const
  ).map((compression) => {
    const { parameters, rounds } = federatedTurned(compression);
    expect(accuracy(parameters)).toBeGreaterThan(inOnePlace - 0.02);
    const { sent, received } = rounds[1].traffic;
    return sent + received;
  });
  expect(bytes[1]).toBeLessThan(bytes[0] / 12);
}, 240_000);
