import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Memory } from "../../runtime/layer.js";
import { Tensor, type TensorInfo } from "../../runtime/tensor.js";
import { clamp, INT8, round, UINT8 } from "../reference/tensor.js";
import { factor, real, zeroPoint } from "../support/arbitraries.js";

function tensor(info: Partial<TensorInfo>): Tensor {
  const arena = new ArrayBuffer(256);
  const memory: Memory = {
    int8: new Int8Array(arena),
    uint8: new Uint8Array(arena),
    int16: new Int16Array(arena),
    int32: new Int32Array(arena),
    float32: new Float32Array(arena),
    weights8: new Int8Array(0),
    weights16: new Int16Array(0),
    weights32: new Int32Array(0),
    planes: [],
  };
  return new Tensor(
    { name: "input", shape: [4], dtype: "int8", scale: 0.5, zeroPoint: 3, offset: 16, length: 4, ...info },
    memory,
  );
}

describe("quantize", () => {
  test("rounds halves away from zero and clamps", () => {
    const it = tensor({ scale: 1, zeroPoint: 0 });
    it.quantize([0.5, -0.5, 1e9, -1e9]);
    expect([...it.data]).toEqual([1, -1, 127, -128]);
    it.quantize([1.5, -2.5, 0.49999999999999994, 0]);
    expect([...it.data]).toEqual([2, -3, 0, 0]);
  });

  test("clamps infinities and takes the uint8 range", () => {
    const it = tensor({ dtype: "uint8", scale: 1, zeroPoint: 128 });
    it.quantize([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -128.4, 127.4]);
    expect([...it.data]).toEqual([255, 0, 0, 255]);
  });

  test("clamps to the ranges of int16 and int32", () => {
    const ends = [1e12, -1e12, 1.5, -2.5];
    const short = tensor({ dtype: "int16", scale: 1, zeroPoint: 0 });
    short.quantize(ends);
    expect([...short.data]).toEqual([32767, -32768, 2, -3]);
    const long = tensor({ dtype: "int32", scale: 0.5, zeroPoint: 0 });
    long.quantize(ends);
    expect([...long.data]).toEqual([2 ** 31 - 1, -(2 ** 31), 3, -5]);
    expect([...long.dequantize()].slice(2)).toEqual([1.5, -2.5]);
  });

  test("copies what is not quantized", () => {
    const floats = tensor({ dtype: "float32", scale: 1, zeroPoint: 0 });
    floats.quantize([0.1, -1e30, 0, 3]);
    expect([...floats.data]).toEqual([0.1, -1e30, 0, 3].map(Math.fround));
    const integers = tensor({ dtype: "int32", scale: 1, zeroPoint: 0 });
    integers.quantize([-5, 2 ** 30, 0, 3]);
    expect([...integers.data]).toEqual([-5, 2 ** 30, 0, 3]);
  });

  test("refuses another number of values", () => {
    expect(() => tensor({}).quantize([1, 2, 3])).toThrow(RangeError);
    expect(() => tensor({}).quantize([1, 2, 3, 4, 5])).toThrow(RangeError);
  });

  test("gives the nearest step of random reals", () => {
    const cases = fc.record({
      uint8: fc.boolean(),
      scale: factor(-12, 6),
      zeroPoint,
      steps: fc.array(
        fc.oneof(
          real(-300, 300),
          fc.integer({ min: -260, max: 260 }).map((n) => n + 0.5),
        ),
        { minLength: 4, maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(cases, ({ uint8, scale, zeroPoint, steps }) => {
        const zero = zeroPoint + (uint8 ? 128 : 0);
        const it = tensor({ dtype: uint8 ? "uint8" : "int8", scale, zeroPoint: zero });
        const values = steps.map((step) => step * scale);
        it.quantize(values);
        const range = uint8 ? UINT8 : INT8;
        expect([...it.data]).toEqual(values.map((value) => clamp(round(value / scale) + zero, range)));
      }),
      { seed: 4, numRuns: 2000 },
    );
  });
});

describe("dequantize", () => {
  test("is quantize's inverse on every step", () => {
    for (const dtype of ["int8", "uint8"] as const)
      for (const [scale, zero] of [
        [0.0078125, -128],
        [0.1, 5],
        [37.5, 127],
      ]) {
        const zeroPoint = zero + (dtype === "uint8" ? 128 : 0);
        const it = tensor({ dtype, scale, zeroPoint, length: 1 });
        const { min, max } = dtype === "int8" ? INT8 : UINT8;
        for (let q = min; q <= max; q++) {
          it.data[0] = q;
          const [value] = it.dequantize();
          expect(value).toBe(Math.fround(scale * (q - zeroPoint)));
          it.quantize([value]);
          expect(it.data[0]).toBe(q);
        }
      }
  });

  test("writes into an array that is given", () => {
    const it = tensor({});
    it.data.set([3, 4, 5, 2]);
    const into = new Float32Array(6);
    expect(it.dequantize(into)).toBe(into);
    expect([...into]).toEqual([0, 0.5, 1, -0.5, 0, 0]);
  });
});
