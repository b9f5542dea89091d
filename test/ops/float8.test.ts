/** Operators on 8-bit floats against the reference. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { exportTflite } from "../../codegen/export/tflite/export-tflite.js";
import { requireValid, validate } from "../../codegen/graph/validate.js";
import { importTflite } from "../../codegen/import/tflite/import-tflite.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { encodeFloat8, greatestFloat8, valuesOf } from "../../runtime/float8.js";
import { finiteCodes, float8Quantize, realOf } from "../reference/float8.js";
import { conv2ds, denses, depthwiseConv2ds, rescales } from "../support/float8-arbitraries.js";
import { type Float8Experiment, fedValues, float8Graph, outputCodes } from "../support/float8-check.js";
import { perTensor, singleOpGraph } from "../support/graph-builder.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

/** The fewest cases with an output that is neither zero nor an end: saturated outputs tell little. */
const LEAST_TELLING = 1 / 2;

const DULL = { int8: [-128, 127], float8e4m3: [0, 0x7e, 0xfe], float8e5m2: [0, 0x7b, 0xfb] };

function check(runs: number, cases: fc.Arbitrary<Float8Experiment>): void {
  let telling = 0;
  const property = fc.property(fc.noBias(cases), (experiment) => {
    const { inputs, output, result } = experiment;
    const graph = float8Graph([experiment]);
    requireValid(graph);
    const network = instantiate(plan(graph));
    inputs.forEach((input, i) => {
      network.inputs[i].data.set(fedValues(input));
    });
    network.run();
    expect(outputCodes(network.output, output)).toEqual(result.values);
    if (result.values.some((q) => !DULL[output.format].includes(q))) telling++;
  });
  fc.assert(property, { seed: 20, numRuns: runs });
  expect(telling / runs).toBeGreaterThan(LEAST_TELLING);
}

it("CONV_2D: 700 random cases give the reference's elements", () => check(700, conv2ds));
it("DEPTHWISE_CONV_2D: 700 random cases give the reference's elements", () => check(700, depthwiseConv2ds));
it("FULLY_CONNECTED: 700 random cases give the reference's elements", () => check(700, denses));
it("QUANTIZE, RELU, RELU6: 700 random cases give the reference's elements", () => check(700, rescales));

it.each(["float8e4m3", "float8e5m2"] as const)("%s: every code, tie and saturation", (format) => {
  const mantissaBits = format === "float8e4m3" ? 3 : 2;
  const unit = format === "float8e4m3" ? 2 ** 9 : 2 ** 16;
  const codes = finiteCodes(format);
  for (const code of codes) {
    expect(valuesOf(mantissaBits)[code]).toBe(realOf(code, format) * unit);
    expect(encodeFloat8(realOf(code, format) * unit, mantissaBits) & 255).toBe(code);
  }
  const positive = codes.filter((code) => code < 128).map((code) => realOf(code, format));
  const ties = positive.slice(1).map((value, i) => (value + positive[i]) / 2);
  const nearTies = ties.flatMap((tie) => [tie, tie * (1 + 2 ** -50), tie * (1 - 2 ** -50)]);
  const beyond = [positive.at(-1)! * 1.0001, positive.at(-1)! * 2, 1e30, 2 ** -60, 0, -0];
  const values = [...nearTies, ...beyond].flatMap((value) => [value, -value]);
  const encoded = values.map((value) => encodeFloat8(value * unit, mantissaBits) & 255);
  expect(encoded).toEqual(float8Quantize(values, format, 1));
  expect(encodeFloat8(Number.POSITIVE_INFINITY, mantissaBits) & 255).toBe(
    codes.filter((c) => c < 128).at(-1),
  );
  expect(greatestFloat8(mantissaBits)).toBe(positive.at(-1)! * unit);
});

it.each([
  ["float8e4m3", 0x7f],
  ["float8e4m3", 0xff],
  ["float8e5m2", 0x7c],
  ["float8e5m2", 0xfe],
] as const)("a constant of %s with 0x%x is refused", (dtype, code) => {
  const weights = {
    shape: [1, 2],
    dtype: "uint8" as const,
    values: [1, code],
    quantization: perTensor(1, 0),
  };
  const int8 = { shape: [1, 2], dtype: "int8" as const, quantization: perTensor(1, 0) };
  const graph = singleOpGraph(
    "FULLY_CONNECTED",
    { activation: "NONE", keepDims: false },
    [int8, weights, null],
    [{ ...int8, shape: [1, 1] }],
  );
  const tensors = graph.tensors.map((tensor) => (tensor.data ? { ...tensor, dtype } : tensor));
  expect(validate({ ...graph, tensors })).toMatchObject([
    { code: "float8-not-finite", details: { index: 1, code } },
  ]);
});

it("graphs of 8-bit floats are the same after being written to a file and read again", () => {
  const graph = float8Graph([conv2ds, denses].flatMap((cases) => fc.sample(cases, { seed: 5, numRuns: 3 })));
  expect(importTflite(exportTflite(graph), "float8")).toEqual(graph);
});
