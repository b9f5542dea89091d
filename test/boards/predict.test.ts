import { describe, expect, it } from "vitest";
import { exactly, product, quotient, type Range, sum } from "../../boards/figure.js";
import { fitOn, type Model } from "../../boards/fit.js";
import {
  activeWatts,
  batteryDays,
  cyclesPerInstruction,
  estimate,
  type Instructions,
  predict,
} from "../../boards/predict.js";
import { modelMemory } from "../../codegen/plan/creation.js";
import { chip, chips } from "./chips.js";

const million: Instructions = { count: exactly(1e6), isa: "rv32imc", basis: "counted" };

function expectOrdered({ low, value, high }: Range, name: string): void {
  expect(low, name).toBeGreaterThan(0);
  expect(value, name).toBeGreaterThanOrEqual(low);
  expect(high, name).toBeGreaterThanOrEqual(value);
}

describe("ranges", () => {
  it("keep their ends apart", () => {
    const range = { low: 1, value: 2, high: 4 };
    expect(sum(range, exactly(1))).toEqual({ low: 2, value: 3, high: 5 });
    expect(product(range, range, exactly(10))).toEqual({ low: 10, value: 40, high: 160 });
    expect(quotient(exactly(8), range)).toEqual({ low: 2, value: 4, high: 8 });
  });
});

describe("a prediction", () => {
  it("is instructions × cycles ÷ clock, and that × power", () => {
    const board = chip("esp32-c3");
    // A miss: 32 bytes at 20 MB/s, 1.6 µs, 256 cycles at 160 MHz. Per instruction: 1.3 + 1/1000 × 256, at most 1.8 + 5/1000 × 256.
    const cycles = cyclesPerInstruction(board);
    expect(cycles.low).toBeCloseTo(1);
    expect(cycles.value).toBeCloseTo(1.556);
    expect(cycles.high).toBeCloseTo(3.08);
    const { milliseconds, millijoules } = predict(million, board);
    expect(milliseconds.low).toBeCloseTo(6.25);
    expect(milliseconds.value).toBeCloseTo(9.725);
    expect(milliseconds.high).toBeCloseTo(19.25);
    expect(activeWatts(board).value).toBeCloseTo(3.3 * 0.0268, 6);
    expect(millijoules.low).toBeCloseTo(6.25 * 3.3 * 0.0205, 6);
    expect(millijoules.value).toBeCloseTo(9.725 * 3.3 * 0.0268, 6);
  });

  it("is wider where another instruction set stands in", () => {
    const width = ({ low, high }: Range) => high / low;
    const { speed } = chip("esp32-s3");
    const without = width(cyclesPerInstruction(chip("esp32-s3")));
    const { low = 0, high = 0 } = speed.standIn!.instructionRatio;
    expect(width(predict(million, chip("esp32-s3")).milliseconds)).toBeCloseTo(without * (high / low));
  });

  it("takes the counts of one RISC-V for another as they are, and the L106's for its own only", () => {
    const { milliseconds } = predict(million, chip("esp32-c6"));
    expect(milliseconds.value).toBeCloseTo((cyclesPerInstruction(chip("esp32-c6")).value * 1000) / 160);
    const own: Instructions = { ...million, isa: "lx106" };
    const ratio = chip("esp8266").speed.standIn!.instructionRatio.value;
    expect(predict(million, chip("esp8266")).milliseconds.value).toBeCloseTo(
      ratio * predict(own, chip("esp8266")).milliseconds.value,
    );
    expect(() => predict(own, chip("esp32"))).toThrow("instructions of lx106 say nothing of lx6");
  });

  it("is positive and ordered on every board", () => {
    for (const board of chips) {
      const { milliseconds, millijoules } = predict(million, board);
      expectOrdered(milliseconds, board.name);
      expectOrdered(millijoules, board.name);
    }
  });

  it("begins with an estimate from what a plan's layers cost", () => {
    const { count, isa, basis } = estimate({ layers: [{ instructions: 3000 }, { instructions: 500 }] });
    expect([isa, basis]).toEqual(["rv32imc", "estimated"]);
    expect(count.value).toBeCloseTo(1.05 * 3500);
    expectOrdered(count, "estimate");
    expect(estimate({ layers: [] }).count).toEqual(exactly(0));
  });
});

describe("a battery", () => {
  const board = chip("esp32-c3");
  const second = { milliseconds: exactly(1000), millijoules: exactly(0) };

  it("feeds sleep alone where nothing is inferred", () => {
    const days = batteryDays({ ...second, milliseconds: exactly(0) }, board, {
      milliampHours: 1000,
      rate: 1,
    });
    expect(days?.value).toBeCloseTo(1000 / 0.13 / 24);
  });

  it("feeds the CPU for the share of time that it runs", () => {
    const days = batteryDays(second, board, { milliampHours: 1000, rate: 0.1 });
    expect(days?.value).toBeCloseTo(1000 / (0.1 * 26.8 + 0.9 * 0.13) / 24);
    expect(days?.low).toBeCloseTo(1000 / (0.1 * 34.4 + 0.9 * 0.35) / 24);
    expect(days?.high).toBeCloseTo(1000 / (0.1 * 20.5 + 0.9 * 0.13) / 24);
  });

  it("is not predicted where inferences may overlap", () => {
    expect(batteryDays(second, board, { milliampHours: 1000, rate: 1.01 })).toBeUndefined();
    const uncertain = { ...second, milliseconds: { low: 100, value: 500, high: 1001 } };
    expect(batteryDays(uncertain, board, { milliampHours: 1000, rate: 1 })).toBeUndefined();
  });
});

describe("a fit", () => {
  const model = (arenaBytes: number, weightsBytes: number): Model => ({
    memory: modelMemory(arenaBytes, 1, 1),
    weightsBytes,
    bytecode: { bytes: 10_000, basis: "estimated" },
    instructions: million,
  });
  const battery = { milliampHours: 1000, rate: 1 };

  it("is short of flash where weights and bytecode leave no room for the firmware", () => {
    const { fits, short, flash } = fitOn(model(1000, 2_950_000), chip("esp32-c3"), battery);
    const available = 0x3f0000 - 1_200_000;
    expect([fits, flash]).toEqual([false, { needed: 2_960_000, available }]);
    expect(short).toEqual([{ what: "flash", needed: 2_960_000, available }]);
    expect(fitOn(model(1000, available - 10_000), chip("esp32-c3"), battery).fits).toBe(true);
  });

  it("names every shortage", () => {
    const { fits, withWifi, short } = fitOn(model(300_000, 4_000_000), chip("esp32"), battery);
    expect([fits, withWifi]).toEqual([false, false]);
    expect(short.map(({ what }) => what)).toEqual(["heap", "contiguous heap", "flash"]);
    for (const { needed, available } of short) expect(needed).toBeGreaterThan(available);
  });

  it("tells of Wi-Fi only where the chip has it", () => {
    expect(fitOn(model(1000, 0), chip("esp32-h2"), battery).heap).not.toHaveProperty("availableWithWifi");
    const { withWifi, heap, fits } = fitOn(model(150_000, 0), chip("esp32-s2"), battery);
    expect([fits, withWifi]).toEqual([true, false]);
    expect(heap.needed).toBeGreaterThan(heap.availableWithWifi!);
    expect(heap.needed).toBeLessThanOrEqual(heap.available);
  });
});
