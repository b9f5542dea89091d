/** Four boards under XS and a coordinator: the very bits that the same federation comes to on Node. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { data, federatedDigits } from "./digits.js";
import { checksum } from "./emulated-board.js";
import { federateOn } from "./engine-federation.js";

const ROUNDS = 3;

it.each([
  [xsEngine, { bits: 32, permille: 1000 }],
  [xsEngine, { bits: 8, permille: 100 }],
  [rv32Engine, { bits: 8, permille: 100 }],
] as const)(
  "$name, %o",
  async (engine, compression) => {
    const { learner } = federatedDigits(compression, ROUNDS);
    const expected = checksum(learner.parameters);
    const found = await federateOn(engine, compression, ROUNDS);
    expect(checksum(found.learner.parameters)).toBe(expected);
    expect(found.checksums).toEqual(data.map(() => expected));
  },
  900_000,
);
