import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exportOnnx } from "../../codegen/export/onnx/export-onnx.js";
import { elements, type Graph } from "../../codegen/graph/graph.js";
import { importModel } from "../../codegen/import/import-model.js";
import { importOnnx } from "../../codegen/import/onnx/import-onnx.js";
import type { TensorDraft } from "../../codegen/import/onnx/schema.js";
import { runPasses } from "../../codegen/passes/index.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { loadDigits } from "../../models/digits/data.js";
import {
  type Attributes,
  f,
  i,
  ints,
  longs,
  type ModelSpec,
  node,
  onnxFile,
  s,
  tensor,
} from "../import/onnx/onnx-model.js";
import { inShape, openOnnx, runOnnx, transpositions, values } from "../import/onnx/onnxruntime.js";
import { singleOpGraph } from "../support/graph-builder.js";
import { problemsOf } from "../support/problems.js";

const digits = importModel(
  readFileSync(new URL("../../models/digits/digits.tflite", import.meta.url)),
  "digits.tflite",
);
const { holdout } = loadDigits();

/** The int8 outputs of a graph with one input and one output. */
function runner(graph: Graph): (input: readonly number[]) => number[] {
  const network = instantiate(plan(runPasses(graph)));
  return (input) => {
    network.input.set(input);
    return Array.from(network.run(), Number);
  };
}

/** The same of ONNX Runtime: what it gives in float32, in steps. */
async function reference(graph: Graph): Promise<(input: readonly number[]) => Promise<number[]>> {
  const [input, output] = [graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]];
  const run = await openOnnx(exportOnnx(graph));
  const given = { scale: input.quantization!.scales[0], zeroPoint: input.quantization!.zeroPoints[0] };
  const made = { scale: output.quantization!.scales[0], zeroPoint: output.quantization!.zeroPoints[0] };
  return async (steps) => {
    const data = steps.map((q) => (q - given.zeroPoint) * given.scale);
    const [result] = Object.values(await run({ [`${input.name}/float`]: { dims: input.shape, data } }));
    return Array.from(result.data, (value) => Math.round(value / made.scale) + made.zeroPoint);
  };
}

const inputOf = ({ pixels }: { pixels: ArrayLike<number> }) => Array.from(pixels, (pixel) => pixel - 128);

/** Outputs by how many steps they are from ONNX Runtime's; digits of which both choose another; those nearly tied. */
async function compare(graph: Graph) {
  const [here, there] = [runner(graph), await reference(graph)];
  const steps: number[] = [];
  let others = 0;
  let ties = 0;
  for (const digit of holdout) {
    const input = inputOf(digit);
    const [ours, theirs] = [here(input), await there(input)];
    ours.forEach((q, i) => {
      const step = Math.abs(q - theirs[i]);
      steps[step] = (steps[step] ?? 0) + 1;
    });
    const [first, second] = ours.toSorted((a, b) => b - a);
    const chosen = (values: number[]) => values.indexOf(Math.max(...values));
    if (first - second <= 2) ties++;
    else if (chosen(ours) !== chosen(theirs)) others++;
  }
  return { steps, others, ties };
}

describe("the digits model as QDQ ONNX", () => {
  it("gives in onnxruntime what it gives here", async () => {
    const { steps, others, ties } = await compare(digits);
    const outputs = 10 * holdout.length;
    console.info(`${steps[0]} of ${outputs} outputs are equal; ${ties} digits are tied`);
    expect(steps[0] / outputs).toBeGreaterThan(0.999);
    expect({ others, ties }).toEqual({ others: 0, ties: 2 });
  });

  it("comes back with the same bits and without transpositions", () => {
    const again = importOnnx(exportOnnx(digits), "digits");
    expect(transpositions(again)).toBe(0);
    const [run, rerun] = [runner(digits), runner(again)];
    for (const digit of holdout.slice(0, 200)) expect(rerun(inputOf(digit))).toEqual(run(inputOf(digit)));
  });
});

describe("other models", () => {
  /** A model in float32, read and written again, gives what it gave. */
  async function expectAgain(spec: ModelSpec): Promise<void> {
    const graph = importOnnx(onnxFile(spec), "model");
    const [name] = Object.keys(spec.inputs);
    const dims = spec.inputs[name].map(Number);
    const data = values(elements(dims));
    const expected = await runOnnx(onnxFile(spec), { [name]: { dims, data } });
    const { shape } = graph.tensors[graph.inputs[0]];
    const fed = inShape({ dims, data }, shape);
    const found = await runOnnx(exportOnnx(graph), { [name]: { dims: shape, data: fed } });
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const output of spec.outputs) {
      const result = found[output];
      inShape(expected[output], result.dims).forEach((value, at) => {
        expect(result.data[at]).toBeCloseTo(value, 4);
      });
    }
  }

  const IMAGE = [1, 3, 6, 8];
  const image = tensor("w", [4, 3, 3, 3], values(108, 1, 3));
  const filters = tensor("w", [3, 4, 3, 3], values(108, 1, 3));
  const single = (
    opType: string,
    attributes: Attributes,
    constants: TensorDraft[],
    inputs = IMAGE,
    outputs: readonly string[] = ["y"],
  ): ModelSpec => ({
    opset: 14,
    inputs: { x: inputs },
    outputs,
    nodes: [node(opType, ["x", ...constants.map(({ name }) => name ?? "")], [...outputs], attributes)],
    initializers: constants,
  });

  it.each<[string, Attributes, TensorDraft[]]>([
    ["Conv", { pads: ints(1, 1, 1, 1), strides: ints(2, 1) }, [image]],
    ["Conv", { pads: ints(0, 2, 1, 0) }, [image]],
    ["Conv", { group: i(3), auto_pad: s("SAME_UPPER") }, [tensor("w", [6, 1, 3, 3], values(54, 1, 3))]],
    ["MaxPool", { kernel_shape: ints(2, 2), strides: ints(2, 2) }, []],
    ["AveragePool", { kernel_shape: ints(3, 3), auto_pad: s("SAME_UPPER") }, []],
    ["GlobalAveragePool", {}, []],
    ["HardSwish", {}, []],
    ["LeakyRelu", { alpha: f(0.2) }, []],
    ["Clip", {}, [tensor("low", [], [0]), tensor("high", [], [6])]],
    ["Clip", {}, [tensor("low", [], [-1]), tensor("high", [], [0.5])]],
    ["Div", {}, [tensor("k", [1, 3, 1, 1], [1, 2, 3])]],
    ["ConvTranspose", {}, [filters]],
    ["ConvTranspose", { strides: ints(2, 2), auto_pad: s("SAME_UPPER") }, [filters]],
    [
      "ConvTranspose",
      { strides: ints(3, 3), output_padding: ints(1, 2) },
      [filters, tensor("b", [4], [1, 2, 3, 4])],
    ],
    ["Pad", {}, [longs("pads", 0, 0, 1, 2, 0, 0, 3, 0), tensor("value", [], [0.5])]],
    ["ReduceMean", { axes: ints(2, 3), keepdims: i(0) }, []],
    ["Slice", {}, [longs("a", 1), longs("b", 5), longs("c", 3)]],
    ["Slice", {}, [longs("a", 7), longs("b", -99), longs("c", 3), longs("d", -2)]],
    ["Resize", {}, [tensor("roi", [0], []), tensor("scales", [4], [1, 1, 2, 2])]],
    ["Flatten", {}, []],
    ["Transpose", {}, []],
    ["Softmax", {}, []],
  ])("%s with %o", async (opType, attributes, constants) => {
    await expectAgain(single(opType, attributes, constants));
  });

  it("dense layers over rows", async () => {
    await expectAgain(single("MatMul", {}, [tensor("w", [8, 3], values(24, 1, 3))], [2, 5, 8]));
  });

  it("Split", async () => {
    await expectAgain(single("Split", { axis: i(1) }, [longs("sizes", 1, 2)], IMAGE, ["y", "z"]));
  });

  it("PACK and UNPACK", async () => {
    const graph = packed();
    const data = values(6);
    const [found] = Object.values(await runOnnx(exportOnnx(graph), { input: { dims: [2, 3], data } }));
    expect(found.dims).toEqual([3, 2]);
    expect(Array.from(found.data)).toEqual([0, 3, 1, 4, 2, 5].map((at) => Math.fround(data[at])));
  });

  it("LSTM", async () => {
    const weights = [
      tensor("w", [1, 20, 3], values(60)),
      tensor("r", [1, 20, 5], values(100)),
      tensor("b", [1, 40], values(40)),
    ];
    await expectAgain(single("LSTM", { hidden_size: i(5) }, weights, [4, 2, 3], ["y", "h"]));
  });

  it("names operators that are not written", () => {
    const graph = singleOpGraph(
      "SHAPE",
      { outputType: "int32" },
      [{ shape: [2, 3], dtype: "float32" }],
      [{ shape: [2], dtype: "int32" }],
    );
    expect(problemsOf(() => [exportOnnx(graph)] as never)).toMatchObject([
      { code: "onnx-export-operator", details: { operator: "SHAPE" } },
    ]);
  });

  it("names types that are not written", () => {
    const graph = packed();
    const tensors = graph.tensors.map((it) => ({ ...it, dtype: "int32" as const }));
    expect(problemsOf(() => [exportOnnx({ ...graph, tensors })] as never)).toContainEqual(
      expect.objectContaining({ code: "onnx-export-type", details: { type: "int32" } }),
    );
  });

  /** A matrix taken apart into its rows, which are put together as columns. */
  function packed(): Graph {
    const shapes = [[2, 3], [3], [3], [3, 2]];
    const names = ["input", "first", "second", "output"];
    return {
      name: "packed",
      tensors: shapes.map((shape, at) => ({ name: names[at], shape, dtype: "float32" })),
      ops: [
        { kind: "UNPACK", name: "first", inputs: [0], outputs: [1, 2], attributes: { axis: 0, count: 2 } },
        { kind: "PACK", name: "output", inputs: [1, 2], outputs: [3], attributes: { axis: -1, count: 2 } },
      ],
      inputs: [0],
      outputs: [3],
      variables: [],
    };
  }
});
