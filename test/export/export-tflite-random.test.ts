/** Graphs at random, which a file gives back whole: what their operators mean is no matter to it. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { exportTflite } from "../../codegen/export/tflite/export-tflite.js";
import { byteLength, type Graph, type Quantization, type Tensor } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { importTflite } from "../../codegen/import/tflite/import-tflite.js";
import { operators } from "../../codegen/ops/index.js";

const RUNS = 100;

const window = fc.record({
  padding: fc.constantFrom("SAME", "VALID"),
  strideHeight: fc.integer({ min: 1, max: 9 }),
  strideWidth: fc.integer({ min: 1, max: 9 }),
  dilationHeight: fc.integer({ min: 1, max: 9 }),
  dilationWidth: fc.integer({ min: 1, max: 9 }),
  activation: fc.constantFrom("NONE", "RELU", "RELU6", "RELU_N1_TO_1"),
});

/** Operators that differ in how attributes and inputs are written. */
const operator = fc.oneof(
  fc.record({ kind: fc.constant("CONV_2D"), attributes: window }),
  fc.record({
    kind: fc.constant("DEPTHWISE_CONV_2D"),
    attributes: fc
      .tuple(window, fc.integer({ min: 1, max: 4 }))
      .map(([it, depthMultiplier]) => ({ ...it, depthMultiplier })),
  }),
  fc.record({
    kind: fc.constant("RESHAPE"),
    attributes: fc.record({
      newShape: fc.option(fc.array(fc.integer({ min: -1, max: 99 }), { maxLength: 4 })),
    }),
  }),
  fc.record({
    kind: fc.constant("LEAKY_RELU"),
    // FlatBuffers leave out what is 0, so that −0 is read as 0.
    attributes: fc.record({
      alpha: fc.float({ noNaN: true, noDefaultInfinity: true }).map((alpha) => alpha + 0),
    }),
  }),
  fc.record({ kind: fc.constantFrom("QUANTIZE", "TRANSPOSE", "LOGISTIC"), attributes: fc.constant({}) }),
);

const dtype = fc.constantFrom<"int8" | "int16" | "int32" | "int64" | "float32">(
  "int8",
  "int16",
  "int32",
  "int64",
  "float32",
);
const scale = fc.float({ min: 2 ** -20, max: 2 ** 10, noNaN: true });

const tensor = fc
  .record({
    shape: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    dtype,
    kind: fc.constantFrom("none", "tensor", "channel"),
    scales: fc.array(scale, { minLength: 5, maxLength: 5 }),
    zeroPoints: fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 5, maxLength: 5 }),
  })
  .map(({ shape, dtype, kind, scales, zeroPoints }): Omit<Tensor, "name"> => {
    const axis = shape.length - 1;
    const count = kind === "channel" && shape.length > 1 ? shape[axis] : 1;
    const quantization: Quantization = {
      scales: scales.slice(0, count),
      zeroPoints: zeroPoints.slice(0, count),
      axis: count > 1 ? axis : 0,
    };
    return { shape, dtype, ...(kind !== "none" && dtype !== "float32" && { quantization }) };
  });

const layer = fc.record({
  operator,
  from: fc.array(fc.nat(), { minLength: 5, maxLength: 5 }),
  constant: fc.option(tensor),
  output: tensor,
});

/** Each operator takes what came before it, or a constant. */
const graph = fc
  .record({ input: tensor, layers: fc.array(layer, { minLength: 1, maxLength: 6 }) })
  .map(({ input, layers }): Graph => {
    const tensors: Tensor[] = [{ name: "input", ...input }];
    const ops = layers.map(({ operator: { kind, attributes }, from, constant, output }, i) => {
      if (constant) {
        const data = Uint8Array.from({ length: byteLength(constant) }, (_, at) => (at * 37 + i) % 251);
        tensors.push({ name: `constant ${i}`, ...constant, data });
      }
      const known = tensors.length;
      const [count] = operators[kind as Op["kind"]].inputs;
      const inputs = from.slice(0, count).map((pick) => pick % known);
      const name = `output ${i}`;
      tensors.push({ name, ...output });
      return { kind, name, inputs, outputs: [known], attributes } as Op;
    });
    return { name: "random", tensors, ops, inputs: [0], outputs: [tensors.length - 1], variables: [] };
  });

it(`${RUNS} random graphs are the same after being written and read again`, () => {
  fc.assert(
    fc.property(graph, (given) => {
      expect(importTflite(exportTflite(given), "random")).toEqual(given);
    }),
    { numRuns: RUNS },
  );
});
