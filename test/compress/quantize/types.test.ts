import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantizeValues, realOf, typeFor } from "../../../codegen/compress/quantize/types.js";

describe("types for ranges", () => {
  it("int8 as TFLite has it, int16 about 0", () => {
    expect(typeFor({ min: -1, max: 1 }, "int8")).toEqual({
      format: "int8",
      scale: Math.fround(2 / 255),
      zeroPoint: -1,
    });
    expect(typeFor({ min: 0, max: 6 }, "int8").zeroPoint).toBe(-128);
    expect(typeFor({ min: -6, max: 0 }, "int8").zeroPoint).toBe(127);
    expect(typeFor({ min: -3, max: 1 }, "int16")).toEqual({
      format: "int16",
      scale: Math.fround(3 / 32767),
      zeroPoint: 0,
    });
    expect(typeFor({ min: 0, max: 0 }, "int8").scale).toBe(1);
  });

  it("0 is exact, and what lies inside is off by half a step, at the ends by a step", () => {
    const range = fc.tuple(
      fc.float({ min: -1000, max: 0, noNaN: true }),
      fc.float({ min: Math.fround(0.01), max: 1000, noNaN: true }),
    );
    fc.assert(
      fc.property(
        range,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom("int8", "int16"),
        ([min, max], part, format) => {
          const type = typeFor({ min, max }, format);
          expect(realOf(quantizeValues(Float32Array.of(0), type), type)[0]).toBe(0);
          const value = Math.fround(min + part * (max - min));
          const [found] = realOf(quantizeValues(Float32Array.of(value), type), type);
          expect(Math.abs(found - value)).toBeLessThanOrEqual(type.scale * 1.0001);
        },
      ),
    );
  });

  it("rounds half away from zero, and clamps", () => {
    const type = { format: "int8", scale: 1, zeroPoint: 10 } as const;
    expect([...quantizeValues(Float32Array.of(0.5, -0.5, 1.5, -1.5, 1000, -1000), type)]).toEqual([
      11, 9, 12, 8, 127, -128,
    ]);
  });
});
