/** What operators that move data refuse, each with its code. */
import { expect, test } from "vitest";
import type { Graph } from "../../codegen/graph/graph.js";
import { validate } from "../../codegen/graph/validate.js";
import type { Code } from "../../codegen/problems/problem.js";
import { perTensor, singleOpGraph, type TensorSpec } from "../support/graph-builder.js";

const quantization = perTensor(0.5, 3);
const int8 = (...shape: number[]): TensorSpec => ({ shape, dtype: "int8", quantization });
const list = (...values: number[]): TensorSpec => ({ shape: [values.length], dtype: "int32", values });
const computed = (...shape: number[]): TensorSpec => ({ shape, dtype: "int32" });
const int16 = (...shape: number[]): TensorSpec => ({ shape, dtype: "int16" });

const slice = {
  beginMask: 0,
  endMask: 0,
  ellipsisMask: 0,
  newAxisMask: 0,
  shrinkAxisMask: 0,
  offset: false,
};
const sliced = (attributes: Partial<typeof slice>, begin: number, end: number, stride: number): Graph =>
  singleOpGraph(
    "STRIDED_SLICE",
    { ...slice, ...attributes },
    [int8(4), list(begin), list(end), list(stride)],
    [int8(1)],
  );
const concatenated = (inputs: TensorSpec[], axis = 0): Graph =>
  singleOpGraph("CONCATENATION", { axis, activation: "NONE" }, inputs, [int8(4)]);
const resize = { alignCorners: false, halfPixelCenters: false };

const cases: [string, Graph, Code][] = [
  [
    "RESHAPE to another type",
    singleOpGraph("RESHAPE", { newShape: [4] }, [int8(4)], [int16(4)]),
    "type-not-supported",
  ],
  [
    "RESHAPE to a computed shape",
    singleOpGraph("RESHAPE", { newShape: null }, [int8(4), computed(1)], [int8(4)]),
    "constant-needed",
  ],
  [
    "RESHAPE with two −1",
    singleOpGraph("RESHAPE", { newShape: [-1, -1] }, [int8(4)], [int8(2, 2)]),
    "attribute",
  ],
  ["RESHAPE to fewer elements", singleOpGraph("RESHAPE", { newShape: [3] }, [int8(4)], [int8(3)]), "shape"],
  ["SQUEEZE of an axis of 2", singleOpGraph("SQUEEZE", { axes: [0] }, [int8(2)], [int8(2)]), "shape"],
  ["SQUEEZE of axis 1 of 1", singleOpGraph("SQUEEZE", { axes: [1] }, [int8(1)], [int8()]), "attribute"],
  [
    "EXPAND_DIMS at axis 2 of 1",
    singleOpGraph("EXPAND_DIMS", {}, [int8(4), list(2)], [int8(4, 1)]),
    "attribute",
  ],
  ["EXPAND_DIMS at two axes", singleOpGraph("EXPAND_DIMS", {}, [int8(4), list(0, 1)], [int8(4, 1)]), "shape"],
  [
    "SHAPE as int64",
    singleOpGraph("SHAPE", { outputType: "int64" }, [int8(4)], [{ shape: [1], dtype: "int64" }]),
    "type-not-supported",
  ],
  [
    "TRANSPOSE of six dimensions",
    singleOpGraph(
      "TRANSPOSE",
      {},
      [int8(1, 1, 1, 1, 1, 1), list(0, 1, 2, 3, 4, 5)],
      [int8(1, 1, 1, 1, 1, 1)],
    ),
    "rank",
  ],
  [
    "TRANSPOSE of int32",
    singleOpGraph("TRANSPOSE", {}, [computed(1), list(0)], [computed(1)]),
    "type-not-supported",
  ],
  [
    "TRANSPOSE that takes an axis twice",
    singleOpGraph("TRANSPOSE", {}, [int8(2, 2), list(0, 0)], [int8(2, 2)]),
    "attribute",
  ],
  [
    "TRANSPOSE that leaves an axis out",
    singleOpGraph("TRANSPOSE", {}, [int8(2, 2), list(0)], [int8(2)]),
    "shape",
  ],
  [
    "CONCATENATION with an activation",
    singleOpGraph("CONCATENATION", { axis: 0, activation: "RELU" }, [int8(4)], [int8(4)]),
    "attribute",
  ],
  ["CONCATENATION of eleven", concatenated(Array.from({ length: 11 }, () => int8(1))), "attribute"],
  ["CONCATENATION along axis 1 of 1", concatenated([int8(4)], 1), "attribute"],
  [
    "CONCATENATION of another scale",
    concatenated([int8(2), { ...int8(2), quantization: perTensor(0.25, 3) }]),
    "quantization-same",
  ],
  [
    "CONCATENATION of another zero point",
    concatenated([int8(2), { ...int8(2), quantization: perTensor(0.5, 4) }]),
    "quantization-same",
  ],
  ["CONCATENATION of different ranks", concatenated([int8(2), int8(2, 1)]), "shape"],
  ["CONCATENATION of different types", concatenated([int8(2), computed(2)]), "type-not-supported"],
  [
    "PACK of another number than it says",
    singleOpGraph("PACK", { axis: 0, count: 2 }, [int8(4)], [int8(1, 4)]),
    "attribute",
  ],
  [
    "PACK of different shapes",
    singleOpGraph("PACK", { axis: 0, count: 2 }, [int8(4), int8(3)], [int8(2, 4)]),
    "shape",
  ],
  [
    "UNPACK of another number than there are",
    singleOpGraph("UNPACK", { axis: 0, count: 1 }, [int8(2, 4)], [int8(4)]),
    "attribute",
  ],
  [
    "SPLIT into another number than there are outputs",
    singleOpGraph("SPLIT", { count: 2 }, [list(0), int8(4)], [int8(4)]),
    "attribute",
  ],
  [
    "SPLIT with a rest",
    singleOpGraph("SPLIT", { count: 2 }, [list(0), int8(5)], [int8(2), int8(2)]),
    "shape",
  ],
  [
    "SPLIT along a computed axis",
    singleOpGraph("SPLIT", { count: 1 }, [computed(1), int8(4)], [int8(4)]),
    "constant-needed",
  ],
  [
    "SPLIT_V with a rest",
    singleOpGraph("SPLIT_V", { count: 2 }, [int8(5), list(2, 2), list(0)], [int8(2), int8(2)]),
    "shape",
  ],
  [
    "SPLIT_V with two −1",
    singleOpGraph("SPLIT_V", { count: 2 }, [int8(4), list(-1, -1), list(0)], [int8(2), int8(2)]),
    "shape",
  ],
  ["SLICE beyond the end", singleOpGraph("SLICE", {}, [int8(4), list(2), list(3)], [int8(3)]), "shape"],
  ["SLICE before the start", singleOpGraph("SLICE", {}, [int8(4), list(-1), list(2)], [int8(2)]), "shape"],
  [
    "SLICE of a computed size",
    singleOpGraph("SLICE", {}, [int8(4), list(0), computed(1)], [int8(4)]),
    "constant-needed",
  ],
  ["STRIDED_SLICE with an ellipsis", sliced({ ellipsisMask: 1 }, 0, 1, 1), "attribute"],
  ["STRIDED_SLICE with a new axis", sliced({ newAxisMask: 1 }, 0, 1, 1), "attribute"],
  ["STRIDED_SLICE with an end relative to begin", sliced({ offset: true }, 0, 1, 1), "attribute"],
  ["STRIDED_SLICE with stride 0", sliced({}, 0, 1, 0), "attribute"],
  ["STRIDED_SLICE that drops an axis backwards", sliced({ shrinkAxisMask: 1 }, 3, 0, -1), "attribute"],
  ["STRIDED_SLICE that drops an axis beyond its end", sliced({ shrinkAxisMask: 1 }, 4, 5, 1), "shape"],
  ["STRIDED_SLICE of nothing", sliced({}, 2, 2, 1), "shape"],
  ["PAD by less than nothing", singleOpGraph("PAD", {}, [int8(4), list(-1, 0)], [int8(3)]), "attribute"],
  ["PAD of other dimensions", singleOpGraph("PAD", {}, [int8(4), list(1, 1, 1, 1)], [int8(6)]), "shape"],
  [
    "PAD to an unquantized output",
    singleOpGraph("PAD", {}, [int8(4), list(1, 1)], [{ shape: [6], dtype: "int8" }]),
    "quantization-missing",
  ],
  [
    "PADV2 with a computed value",
    singleOpGraph("PADV2", {}, [int8(4), list(1, 1), int8(1)], [int8(6)]),
    "constant-needed",
  ],
  [
    "PADV2 with two values",
    singleOpGraph("PADV2", {}, [int8(4), list(1, 1), { ...int8(2), values: [0, 0] }], [int8(6)]),
    "shape",
  ],
  [
    "PADV2 with a value of another type",
    singleOpGraph("PADV2", {}, [int8(4), list(1, 1), list(0)], [int8(6)]),
    "type-not-supported",
  ],
  [
    "PADV2 with a value of another scale",
    singleOpGraph(
      "PADV2",
      {},
      [int8(4), list(1, 1), { shape: [], dtype: "int8", values: [0], quantization: perTensor(1, 3) }],
      [int8(6)],
    ),
    "quantization-same",
  ],
  [
    "RESIZE_NEAREST_NEIGHBOR of three dimensions",
    singleOpGraph("RESIZE_NEAREST_NEIGHBOR", resize, [int8(2, 2, 1), list(4, 4)], [int8(4, 4, 1)]),
    "rank",
  ],
  [
    "RESIZE_NEAREST_NEIGHBOR to nothing",
    singleOpGraph("RESIZE_NEAREST_NEIGHBOR", resize, [int8(1, 2, 2, 1), list(0, 4)], [int8(1, 1, 4, 1)]),
    "attribute",
  ],
];

test.each(cases)("%s is refused", (_, graph, code) => {
  expect(validate(graph).map((problem) => problem.code)).toEqual([code]);
});
