/** The command that measures costs, and the constants that it wrote down. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { type Calibration, calibrate } from "../../codegen/cli/calibrate/calibrate.js";
import { type Constants, constantsText } from "../../codegen/cli/calibrate/constants-text.js";
import { type Fit, fitPrices, priceOf } from "../../codegen/cli/calibrate/fit.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { constants } from "../../codegen/cost/constants.js";
import { xsnn } from "../cli/harness.js";

describe("measured again", () => {
  let calibration: Calibration;

  beforeAll(async () => {
    calibration = await calibrate(rv32Engine, await runtimeSources());
  });

  it("every fit is within 10 per cent of what it was fitted on", () => {
    for (const [name, { prices, observations }] of calibration.fits) expectPriced(name, prices, observations);
  });

  it("the constants in use are those of these kernels and this XS", () => {
    for (const [name, { observations }] of calibration.fits)
      expectPriced(name, pricesIn(constants, name.split(".")) as Fit["prices"], observations);
  });
});

function expectPriced(name: string, prices: Fit["prices"], observations: Fit["observations"]): void {
  for (const { what, counts, instructions } of observations) {
    const predicted = priceOf(counts, prices);
    const error = Math.abs(predicted / instructions - 1);
    expect(error, `${name}, ${what}: ${predicted} for ${instructions}`).toBeLessThan(0.1);
  }
}

function pricesIn(constants: Constants, path: readonly string[]): Constants {
  return path.reduce((at, name) => at[name] as Constants, constants);
}

it("the constants are as the command writes them", () => {
  expect(constantsText(constants)).toBe(readFileSync("codegen/cost/constants.ts", "utf8"));
});

it("a fit finds the prices that made its observations, and takes no negative one", () => {
  const observed = (a: number, b: number, instructions: number) => ({
    what: "",
    counts: { base: 1, a, b },
    instructions,
  });
  const exact = [observed(1, 0, 107), observed(5, 2, 195), observed(0, 3, 190), observed(9, 9, 433)];
  const { base, a, b } = fitPrices(exact).prices;
  expect([base, a, b].map((price) => Math.round(price))).toEqual([100, 7, 30]);
  const falling = [observed(1, 0, 100), observed(2, 0, 90), observed(3, 0, 80)];
  expect(fitPrices(falling).prices.a).toBe(0);
});

it("an engine that does not count is refused", async () => {
  const { code, err } = await xsnn("calibrate", "--engine", "node");
  expect(code).toBe(1);
  expect(err).toContain("[engine-uncounted]");
});
