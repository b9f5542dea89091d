import { expect, test } from "vitest";
import { print } from "../../codegen/graph/print.js";
import { everyFeature } from "../emit/graphs.js";

test("a graph prints as a line for each input, variable, operator and output", () => {
  expect(print(everyFeature())).toBe(`graph "sample"
  input %0 : float32[1, 4, 4, 1] "image"
  variable 0 : int8[1, 8] = all bytes 128 "state"
  %1 = QUANTIZE(%0) : int8[1, 4, 4, 1] scale 0.0078125 zp 0 "quantized"
  %4 = CONV_2D(%1, %2: const int8[2, 2, 2, 1] scale 0.01…0.02 on axis 0, %3: const int32[2]) \
{activation: RELU6, dilation: 1×1, padding: VALID, stride: 2×2} : int8[1, 2, 2, 2] scale 0.05 zp -128 "conv/Relu6"
  %5 = RESHAPE(%4, %10: const int32[2]) {newShape: null} : int8[1, 8] scale 0.05 zp -128 "flat"
  %6 = VAR_HANDLE() {variable: 0} : resource[] "handle"
  %7 = READ_VARIABLE(%6) {variable: 0} : int8[1, 8] scale 0.05 zp -128 "before"
  ASSIGN_VARIABLE(%6, %5) {variable: 0}
  %8 = ADD(%5, %7) {activation: NONE} : int8[1, 8] scale 0.1 zp -128 "sum"
  %9 = DEQUANTIZE(%8) : float32[1, 8] "scores"
  output %9 : float32[1, 8] "scores"
  output %8 : int8[1, 8] scale 0.1 zp -128 "sum"
`);
});

test("attributes print in the order of their names, whatever order they are in", () => {
  const graph = everyFeature();
  const conv = graph.ops[1];
  const attributes = Object.fromEntries(Object.entries(conv.attributes).reverse());
  const ops = graph.ops.with(1, { ...conv, attributes } as typeof conv);
  expect(print({ ...graph, ops })).toBe(print(graph));
});

test("an absent input prints as none", () => {
  const graph = everyFeature();
  const ops = graph.ops.with(1, { ...graph.ops[1], inputs: [1, 2, null] });
  expect(print({ ...graph, ops })).toContain(", none) {activation");
});

test("a name cannot add a line", () => {
  const graph = everyFeature();
  const tensors = graph.tensors.with(0, { ...graph.tensors[0], name: "a\n  output %1\u2028" });
  expect(print({ ...graph, tensors }).split(/[\n\u2028]/)).toHaveLength(print(graph).split("\n").length);
});
