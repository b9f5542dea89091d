/** Four boards under XS and a coordinator: the very bits that the same federation comes to on Node. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { federateOn } from "./engine-federation.js";
import { federatedTurned } from "./turned.js";

const ROUNDS = 3;

it.each([
  [xsEngine, { bits: 32, permille: 1000 }],
  [rv32Engine, { bits: 8, permille: 100 }],
] as const)(
  "$name, %o",
  async (engine, compression) => {
    const { parameters } = federatedTurned(compression, ROUNDS);
    const found = await federateOn(engine, compression, ROUNDS);
    expect(found.parameters).toEqual(parameters);
    for (const report of found.reports) expect(report.parameters).toEqual(parameters);
    expect(found.reports).toHaveLength(4);
  },
  900_000,
);
