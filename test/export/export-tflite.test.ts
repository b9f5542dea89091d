import { describe, expect, test } from "vitest";
import { exportTflite } from "../../codegen/export/tflite/export-tflite.js";
import type { Graph } from "../../codegen/graph/graph.js";
import type { AttributesOf, Op } from "../../codegen/graph/op.js";
import { importTflite } from "../../codegen/import/tflite/import-tflite.js";
import { openModel } from "../../codegen/import/tflite/model.js";
import type { PlainKind } from "../../codegen/import/tflite/operators.js";
import * as schema from "../../codegen/import/tflite/schema.js";
import { FlatFile } from "../../codegen/import/tflite/verified-table.js";
import { operators } from "../../codegen/ops/index.js";
import { everyFeature } from "../emit/graphs.js";

const window = { strideHeight: 2, strideWidth: 3, padding: "SAME", activation: "RELU_N1_TO_1" } as const;
const dilation = { dilationHeight: 4, dilationWidth: 5 };
const filter = { filterHeight: 6, filterWidth: 7 };
const activation = "RELU6" as const;

/** Attributes that differ from what files without options stand for. */
const attributes: { readonly [K in PlainKind]: AttributesOf<K> } = {
  ADD: { activation },
  AVERAGE_POOL_2D: { ...window, ...filter },
  CONCATENATION: { axis: -2, activation },
  CONV_2D: { ...window, ...dilation, sumType: "int32" },
  DEPTHWISE_CONV_2D: { ...window, ...dilation, depthMultiplier: 8 },
  DEQUANTIZE: {},
  DIV: { activation: "RELU" },
  EXPAND_DIMS: {},
  FULLY_CONNECTED: { activation, keepDims: true, sumType: "int32" },
  HARD_SWISH: {},
  LEAKY_RELU: { alpha: 0.125 },
  LOGISTIC: {},
  MAXIMUM: {},
  MAX_POOL_2D: { ...window, ...filter },
  MEAN: { keepDims: true },
  MINIMUM: {},
  MUL: { activation },
  PACK: { axis: -1, count: 2 },
  PAD: {},
  PADV2: {},
  QUANTIZE: {},
  RELU: {},
  RELU6: {},
  RESHAPE: { newShape: [2, -1] },
  RESIZE_NEAREST_NEIGHBOR: { alignCorners: true, halfPixelCenters: true },
  SHAPE: { outputType: "int64" },
  SLICE: {},
  SOFTMAX: { beta: 0.5 },
  SPLIT: { count: 3 },
  SPLIT_V: { count: 4 },
  SQUEEZE: { axes: [0, -1] },
  STRIDED_SLICE: {
    beginMask: 1,
    endMask: 2,
    ellipsisMask: 4,
    newAxisMask: 8,
    shrinkAxisMask: 16,
    offset: true,
  },
  SUB: { activation },
  SVDF: { rank: 2, activation },
  TANH: {},
  TRANSPOSE: {},
  TRANSPOSE_CONV: window,
  UNIDIRECTIONAL_SEQUENCE_LSTM: {
    activation: "TANH",
    cellClip: 0.5,
    timeMajor: true,
    diagonalRecurrentTensors: true,
  },
  UNPACK: { axis: -1, count: 2 },
};

/** One operator with as many inputs as it needs; what they mean is no matter to a file. */
function single(kind: PlainKind): Graph {
  const count = operators[kind].inputs[0];
  const tensor = (name: string) => ({ name, shape: [1, 2], dtype: "int8" as const });
  const inputs = Array.from({ length: count }, (_, i) => i);
  const op = {
    kind,
    name: "output",
    inputs,
    outputs: [count],
    attributes: attributes[kind],
  } as unknown as Op;
  const { states = [] }: { states?: readonly number[] } = operators[kind];
  return {
    name: "single",
    tensors: [
      ...inputs.map((i) => ({
        ...tensor(`input${i}`),
        ...(states.includes(i) && { variable: states.indexOf(i) }),
      })),
      tensor("output"),
    ],
    ops: [op],
    inputs: inputs.filter((i) => !states.includes(i)),
    outputs: [count],
    variables: states.map((i) => ({ ...tensor(`input${i}`), initial: new Uint8Array(2) })),
  };
}

const again = (graph: Graph) => importTflite(exportTflite(graph), graph.name);

describe("a graph written and read again is the same", () => {
  test.each(Object.keys(attributes) as PlainKind[])("%s", (kind) => {
    expect(again(single(kind))).toEqual(single(kind));
  });

  test("RESHAPE without a new shape, and with an empty one", () => {
    for (const newShape of [null, []]) {
      const graph = single("RESHAPE");
      const ops = [{ ...graph.ops[0], attributes: { newShape } } as Op];
      expect(again({ ...graph, ops }).ops).toEqual(ops);
    }
  });

  test("an input left out", () => {
    const graph = everyFeature();
    const ops = graph.ops.with(1, { ...graph.ops[1], inputs: [1, 2, null] });
    expect(again({ ...graph, ops }).ops[2].inputs).toEqual([1, 2, null]);
  });

  test("streaming state; a CALL_ONCE that assigns its first value comes to it", () => {
    const graph = {
      ...everyFeature(),
      variables: [{ ...everyFeature().variables[0], initial: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }],
    };
    const first = again(graph);
    const callOnce: Op = { kind: "CALL_ONCE", name: "CALL_ONCE#0", inputs: [], outputs: [], attributes: {} };
    const renamed = graph.ops.map((op) =>
      op.kind === "ASSIGN_VARIABLE" ? { ...op, name: `${op.kind}#6` } : op,
    );
    const exact = graph.tensors.map((tensor) =>
      tensor.quantization
        ? {
            ...tensor,
            quantization: { ...tensor.quantization, scales: tensor.quantization.scales.map(Math.fround) },
          }
        : tensor,
    );
    expect(first).toEqual({ ...graph, tensors: exact, ops: [callOnce, ...renamed] });
    expect(again(first)).toEqual(first);
  });
});

test("operators name the version from which on there is what they need", () => {
  const versions = (graph: Graph) =>
    openModel(exportTflite(graph)).operatorCodes.map((code) => code.int32(schema.OperatorCode.version, 1));
  const graph = single("ADD");
  const tensors = graph.tensors.map((tensor) => ({ ...tensor, dtype: "int16" as const }));
  expect(versions(graph)).toEqual([2]);
  expect(versions({ ...graph, tensors })).toEqual([3]);
  const softmax = single("SOFTMAX");
  const wide = softmax.tensors.map((tensor) => ({ ...tensor, dtype: "int16" as const }));
  expect([versions(softmax), versions({ ...softmax, tensors: wide })]).toEqual([[2], [3]]);
  const both = [...graph.ops, { ...graph.ops[0], inputs: [3, 3], outputs: [4] } as Op];
  const mixed = [
    ...graph.tensors,
    ...["wide", "sum"].map((name) => ({ name, shape: [1, 2], dtype: "int16" as const })),
  ];
  expect(versions({ ...graph, tensors: mixed, ops: both, inputs: [0, 1, 3] })).toEqual([2, 3]);
  expect(versions(single("CONV_2D"))).toEqual([8]);
});

describe("weights from −7 to 7", () => {
  const withWeights = (values: readonly number[]): Graph => {
    const graph = single("DEPTHWISE_CONV_2D");
    const weights = {
      name: "input1",
      shape: [1, values.length],
      dtype: "int8" as const,
      quantization: { scales: [0.5], zeroPoints: [0], axis: 0 },
      data: new Uint8Array(Int8Array.from(values).buffer),
    };
    return { ...graph, tensors: graph.tensors.with(1, weights), inputs: [0] };
  };
  const small = [-7, 7, -1, 0, 5, 3, -2];
  const holds = (file: Uint8Array, bytes: readonly number[]) =>
    Buffer.from(file).includes(Buffer.from(bytes));

  test.each([[small], [small.slice(1)]])("come back out of 4 bits each", (values) => {
    expect(again(withWeights(values))).toEqual(withWeights(values));
    expect(holds(exportTflite(withWeights(values)), [...new Uint8Array(Int8Array.from(values).buffer)])).toBe(
      false,
    );
  });

  test("have the first one in the lower half, and a version that says so", () => {
    const file = exportTflite(withWeights(small));
    expect(holds(file, [0x79, 0x0f, 0x35, 0x0e])).toBe(true);
    expect(openModel(file).operatorCodes[0].int32(schema.OperatorCode.version, 1)).toBe(7);
  });

  test("stay bytes where one is larger, or something else reads them", () => {
    const large = [...small, 8];
    const bytes = [...new Uint8Array(Int8Array.from(large).buffer)];
    expect(holds(exportTflite(withWeights(large)), bytes)).toBe(true);
    const read = withWeights(small);
    const file = exportTflite({ ...read, outputs: [...read.outputs, 1] });
    expect(holds(file, [...new Uint8Array(Int8Array.from(small).buffer)])).toBe(true);
  });
});

test("what a file cannot say is not dropped", () => {
  const graph = single("MAX_POOL_2D");
  const around = { ...graph.ops[0].attributes, around: [1, 1, 1, 1] };
  const ops = [{ ...graph.ops[0], attributes: around } as unknown as Op];
  expect(() => exportTflite({ ...graph, ops })).toThrow("around");
});

test("a file says what it is, and constants are aligned to 16 bytes and shared", () => {
  const graph = everyFeature();
  const marked = Uint8Array.from({ length: 8 }, (_, i) => 0xa0 + i);
  const tensors = [
    ...graph.tensors.with(2, { ...graph.tensors[2], data: marked }),
    { ...graph.tensors[2], data: marked },
  ];
  const bytes = exportTflite({ ...graph, tensors });
  expect(new FlatFile(bytes).identifier()).toBe("TFL3");
  const text = Buffer.from(bytes).toString("latin1");
  const at = text.indexOf(Buffer.from(marked).toString("latin1"));
  expect(at).toBeGreaterThan(0);
  expect(at % 16).toBe(0);
  expect(text.lastIndexOf(Buffer.from(marked).toString("latin1"))).toBe(at);
});
