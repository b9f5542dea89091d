/** What TFLM's preparation aborts on, or its int32 arithmetic does not hold, is refused by name. */
import { describe, expect, test } from "vitest";
import type { AttributesOf, OpKind } from "../../codegen/graph/op.js";
import { validate } from "../../codegen/graph/validate.js";
import { perTensor, singleOpGraph, type TensorSpec } from "../support/graph-builder.js";

const int8 = (scale: number, zeroPoint = 0, shape: readonly number[] = [4]): TensorSpec => ({
  shape,
  dtype: "int8",
  quantization: perTensor(scale, zeroPoint),
});

/** Codes of what is refused of one operator. */
function refused<K extends OpKind>(
  kind: K,
  attributes: AttributesOf<K>,
  inputs: readonly TensorSpec[],
  output: TensorSpec,
): string[] {
  return validate(singleOpGraph(kind, attributes, inputs, [output])).map(({ code }) => code);
}

const NONE = { activation: "NONE" } as const;
const beyond = ["multiplier-range"];

describe("a factor at TFLM's limit compiles, beyond it is refused", () => {
  for (const kind of ["ADD", "SUB"] as const)
    test(`${kind}: sums scaled by 1 and more`, () => {
      // 2 · scale / (2^20 · output scale) must stay below 1.
      expect(refused(kind, NONE, [int8(1), int8(1)], int8(2 ** -18))).toEqual([]);
      expect(refused(kind, NONE, [int8(1), int8(1)], int8(2 ** -19))).toEqual(beyond);
    });

  test("HARD_SWISH: an output 128 times finer than the input", () => {
    expect(refused("HARD_SWISH", {}, [int8(0.5)], int8(2 ** -7))).toEqual([]);
    expect(refused("HARD_SWISH", {}, [int8(1)], int8(2 ** -7))).toEqual(beyond);
  });

  test("SOFTMAX: an input scale of 2^-26", () => {
    const output = int8(1 / 256, -128);
    expect(refused("SOFTMAX", { beta: 1 }, [int8(2 ** -25)], output)).toEqual([]);
    expect(refused("SOFTMAX", { beta: 1 }, [int8(2 ** -26)], output)).toEqual(beyond);
  });

  for (const [kind, output] of [
    ["LOGISTIC", int8(1 / 256, -128)],
    ["TANH", int8(1 / 128)],
  ] as const)
    test(`${kind}: an input scale below 2^-28`, () => {
      expect(refused(kind, {}, [int8(2 ** -28)], output)).toEqual([]);
      expect(refused(kind, {}, [int8(2 ** -29)], output)).toEqual(beyond);
    });

  test("RELU, LEAKY_RELU, MUL, MEAN and QUANTIZE: shifts out of int32", () => {
    const [coarse, fine] = [int8(2 ** 12), int8(2 ** -12)];
    expect(refused("RELU", {}, [coarse], fine)).toEqual(beyond);
    expect(refused("LEAKY_RELU", { alpha: 0.1 }, [coarse], fine)).toEqual(beyond);
    expect(refused("MUL", NONE, [coarse, int8(1)], fine)).toEqual(beyond);
    expect(refused("QUANTIZE", {}, [coarse], fine)).toEqual(beyond);
    const axis: TensorSpec = { shape: [1], dtype: "int32", values: [0] };
    expect(refused("MEAN", { keepDims: true }, [coarse, axis], { ...fine, shape: [1] })).toEqual(beyond);
  });
});

describe("quantizations that TFLM's kernels take for granted", () => {
  test("SOFTMAX, LOGISTIC: output scale 1/256, zero point -128", () => {
    expect(refused("SOFTMAX", { beta: 1 }, [int8(0.1)], int8(1 / 256, 0))).toEqual(["quantization-fixed"]);
    expect(refused("SOFTMAX", { beta: 1 }, [int8(0.1)], int8(1 / 128, -128))).toEqual(["quantization-fixed"]);
    expect(refused("LOGISTIC", {}, [int8(0.1)], int8(1 / 256, 0))).toEqual(["quantization-fixed"]);
  });

  test("pools: the input's", () => {
    const attributes = {
      strideHeight: 1,
      strideWidth: 1,
      filterHeight: 1,
      filterWidth: 1,
      padding: "VALID",
      activation: "NONE",
    } as const;
    const image = (scale: number, zeroPoint: number) => int8(scale, zeroPoint, [1, 2, 2, 1]);
    for (const kind of ["AVERAGE_POOL_2D", "MAX_POOL_2D"] as const) {
      expect(refused(kind, attributes, [image(0.5, 3)], image(0.5, 3))).toEqual([]);
      expect(refused(kind, attributes, [image(0.5, 3)], image(0.25, 3))).toEqual(["quantization-same"]);
      expect(refused(kind, attributes, [image(0.5, 3)], image(0.5, 4))).toEqual(["quantization-same"]);
    }
  });

  test("CONCATENATION: the output's for every input", () => {
    const attributes = { axis: 0, activation: "NONE" } as const;
    const output = int8(0.5, 3, [8]);
    expect(refused("CONCATENATION", attributes, [int8(0.5, 3), int8(0.5, 3)], output)).toEqual([]);
    expect(refused("CONCATENATION", attributes, [int8(0.5, 3), int8(0.5, 2)], output)).toEqual([
      "quantization-same",
    ]);
  });

  test("RELU, QUANTIZE, ADD: one scale for the whole tensor", () => {
    const channels: TensorSpec = {
      shape: [4, 2],
      dtype: "int8",
      quantization: { scales: [0.5, 0.25], zeroPoints: [0, 0], axis: 1 },
    };
    const one = int8(0.5, 0, [4, 2]);
    for (const kind of ["RELU", "QUANTIZE"] as const) {
      expect(refused(kind, {}, [channels], one)).toEqual(["quantization-per-tensor"]);
      expect(refused(kind, {}, [one], channels)).toEqual(["quantization-per-tensor"]);
    }
    expect(refused("ADD", { activation: "NONE" }, [one, channels], one)).toEqual(["quantization-per-tensor"]);
  });

  test("QUANTIZE: uint8 to int8 and back, not to uint8 again", () => {
    const uint8: TensorSpec = { shape: [4], dtype: "uint8", quantization: perTensor(0.5, 128) };
    expect(refused("QUANTIZE", {}, [uint8], int8(0.5))).toEqual([]);
    expect(refused("QUANTIZE", {}, [int8(0.5)], uint8)).toEqual([]);
    expect(refused("QUANTIZE", {}, [uint8], uint8)).toEqual(["type-not-supported"]);
  });
});

test("sums that int32 does not hold: a bias at its end", () => {
  const attributes = { activation: "NONE", keepDims: false } as const;
  const dense = (bias: number): string[] =>
    refused(
      "FULLY_CONNECTED",
      attributes,
      [
        int8(0.5, 0, [1, 2]),
        { ...int8(0.5, 0, [1, 2]), values: [127, 127] },
        { shape: [1], dtype: "int32", quantization: perTensor(0.25, 0), values: [bias] },
      ],
      int8(2 ** 10, 0, [1, 1]),
    );
  expect(dense(2 ** 30)).toEqual([]);
  expect(dense(2 ** 31 - 1)).toEqual(["accumulator-overflow"]);
  expect(dense(-(2 ** 31))).toEqual(["accumulator-overflow"]);
});
