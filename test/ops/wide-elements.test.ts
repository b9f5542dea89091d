/** Data movement over types of four bytes, and of parts that are constant: the random cases are about int8. */
import { expect, test } from "vitest";
import type { AttributesOf, OpKind } from "../../codegen/graph/op.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { singleOpGraph, type TensorSpec } from "../support/graph-builder.js";

const int32 = (shape: number[], values?: number[]): TensorSpec => ({ shape, dtype: "int32", values });
const float32 = (shape: number[], values?: number[]): TensorSpec => ({ shape, dtype: "float32", values });
const list = (...values: number[]): TensorSpec => int32([values.length], values);

/** What the operator makes of inputs 1, 2, 3, …, counted on from input to input. */
function run<K extends OpKind>(
  kind: K,
  attributes: AttributesOf<K>,
  inputs: readonly TensorSpec[],
  outputs: readonly TensorSpec[],
): number[][] {
  const graph = singleOpGraph(kind, attributes, inputs, outputs);
  requireValid(graph);
  const network = instantiate(plan(graph));
  let next = 1;
  for (const { data } of network.inputs) for (let i = 0; i < data.length; i++) data[i] = next++;
  network.run();
  return network.outputs.map(({ data }) => [...data]);
}

test("PAD fills int32 with zeros", () => {
  expect(run("PAD", {}, [int32([1, 2]), int32([2, 2], [1, 0, 1, 1])], [int32([2, 4])])).toEqual([
    [0, 0, 0, 0, 0, 1, 2, 0],
  ]);
});

test("PADV2 fills with all bytes of a value", () => {
  const value = 0x01020304;
  expect(run("PADV2", {}, [int32([2]), int32([1, 2], [1, 2]), list(-value)], [int32([5])])).toEqual([
    [-value, 1, 2, -value, -value],
  ]);
  const pi = Math.fround(Math.PI);
  expect(run("PADV2", {}, [float32([2]), int32([1, 2], [0, 1]), float32([], [pi])], [float32([3])])).toEqual([
    [1, 2, pi],
  ]);
});

test("TRANSPOSE moves whole elements", () => {
  expect(run("TRANSPOSE", {}, [float32([2, 3]), list(1, 0)], [float32([3, 2])])).toEqual([
    [1, 4, 2, 5, 3, 6],
  ]);
});

test("TRANSPOSE of five dimensions", () => {
  const [shape, order] = [
    [2, 1, 3, 2, 2],
    [4, 2, 1, 0, 3],
  ];
  const [found] = run("TRANSPOSE", {}, [float32(shape), list(...order)], [float32([2, 3, 1, 2, 2])]);
  const expected: number[] = [];
  for (let e = 0; e < 2; e++)
    for (let c = 0; c < 3; c++)
      for (let a = 0; a < 2; a++) for (let d = 0; d < 2; d++) expected.push(1 + a * 12 + c * 4 + d * 2 + e);
  expect(found).toEqual(expected);
});

test("STRIDED_SLICE goes backwards over whole elements", () => {
  const attributes = {
    beginMask: 1,
    endMask: 1,
    ellipsisMask: 0,
    newAxisMask: 0,
    shrinkAxisMask: 0,
    offset: false,
  };
  expect(run("STRIDED_SLICE", attributes, [int32([5]), list(0), list(0), list(-2)], [int32([3])])).toEqual([
    [5, 3, 1],
  ]);
});

test("RESIZE_NEAREST_NEIGHBOR copies whole pixels", () => {
  const attributes = { alignCorners: false, halfPixelCenters: false };
  expect(
    run("RESIZE_NEAREST_NEIGHBOR", attributes, [float32([1, 1, 2, 2]), list(1, 4)], [float32([1, 1, 4, 2])]),
  ).toEqual([[1, 2, 1, 2, 3, 4, 3, 4]]);
});

test("SPLIT and UNPACK take int32 apart", () => {
  const halves = [int32([2, 1]), int32([2, 1])];
  expect(run("SPLIT", { count: 2 }, [list(-1), int32([2, 2])], halves)).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(run("UNPACK", { axis: 1, count: 2 }, [int32([2, 2])], [int32([2]), int32([2])])).toEqual([
    [1, 3],
    [2, 4],
  ]);
});

test("PACK and CONCATENATION take some parts from the weights", () => {
  const packed = run("PACK", { axis: 1, count: 3 }, [int32([2]), list(70, 80), int32([2])], [int32([2, 3])]);
  expect(packed).toEqual([[1, 70, 3, 2, 80, 4]]);
  const joined = run("CONCATENATION", { axis: 0, activation: "NONE" }, [list(-5), int32([2])], [int32([3])]);
  expect(joined).toEqual([[-5, 1, 2]]);
});
