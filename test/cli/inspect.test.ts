import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Graph } from "../../codegen/graph/graph.js";
import { describeGolden } from "../golden/golden.js";
import { perTensor } from "../support/graph-builder.js";
import { folderNames, inEmptyFolder, writeModel, xsnn } from "./harness.js";
import { identity } from "./models.js";

const GOLDEN = resolve(import.meta.dirname, "../../../shared/golden");

/** Two functions whose outputs have scales that neither can have. */
function wrongScales(): Graph {
  const tensor = (name: string) =>
    ({ name, shape: [1, 4], dtype: "int8", quantization: perTensor(0.5, 0) }) as const;
  return {
    name: "wrong",
    tensors: [tensor("input"), tensor("first"), tensor("second")],
    ops: [
      { kind: "TANH", name: "first", inputs: [0], outputs: [1], attributes: {} },
      { kind: "LOGISTIC", name: "second", inputs: [1], outputs: [2], attributes: {} },
    ],
    inputs: [0],
    outputs: [2],
    variables: [],
  };
}

describe("xsnn inspect", () => {
  inEmptyFolder();

  it("prints the graph, the operators and the bytes", async () => {
    writeModel("a.tflite", identity([1, 4], perTensor(0.5, 3)));
    const { code, out, err } = await xsnn("inspect", "a.tflite");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe(`graph "a"
  input %0 : int8[1, 4] scale 0.5 zp 3 "input0"
  %2 = MAXIMUM(%0, %1: const int8[1] scale 0.5 zp 3) : int8[1, 4] scale 0.5 zp 3 "output0"
  output %2 : int8[1, 4] scale 0.5 zp 3 "output0"

Operator  Count
MAXIMUM       1

Constants 1 bytes; all that is computed 8 bytes, before memory is reused.

It can be compiled.
`);
    expect(folderNames()).toEqual(["a.tflite"]);
  });

  it("prints every problem and exits with 1", async () => {
    writeModel("a.tflite", wrongScales());
    const { code, out } = await xsnn("inspect", "a.tflite");
    expect(code).toBe(1);
    expect(out).toContain('\nIt cannot be compiled:\n\nTANH "first": ');
    expect(out.match(/^\w+ "\w+": .* \[quantization-fixed\]\n {2}\S/gm)).toHaveLength(2);
    const asJson = await xsnn("inspect", "a.tflite", "--json");
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.out)).toMatchObject({
      operators: { LOGISTIC: 1, TANH: 1 },
      tensors: [{ id: 0, name: "input", dtype: "int8", shape: [1, 4], bytes: 4, constant: false }, {}, {}],
      problems: [
        { code: "quantization-fixed", place: { op: { kind: "TANH", name: "first" } } },
        { code: "quantization-fixed", place: { op: { kind: "LOGISTIC", name: "second" } } },
      ],
    });
    const { out: refused } = await xsnn("compile", "a.tflite", "--json");
    expect(JSON.parse(refused).problems).toEqual(JSON.parse(asJson.out).problems);
  });

  it("reads models by what they hold, whatever they are called", async () => {
    writeModel("a.onnx", identity([1, 4]));
    expect((await xsnn("inspect", "a.onnx")).code).toBe(0);
    writeFileSync("b.h5", Buffer.from([0x89, 0x48, 0x44, 0x46]));
    expect((await xsnn("inspect", "b.h5")).err).toContain(".h5 models are not read [model-format]\n");
    writeFileSync("c.onnx", Buffer.from([8, 7, 18, 4]));
    expect((await xsnn("inspect", "c.onnx")).err).toMatch(/^xsnn: .* \[protobuf-malformed\]\n/);
  });

  it("refuses a folder, such as a stage of a split model", async () => {
    const { code, err } = await xsnn("inspect", ".");
    expect(code).toBe(1);
    expect(err).toMatch(
      /^xsnn: \. is a folder, .* \[model-is-folder\]\n {2}give its \.tflite or \.onnx file/,
    );
  });

  it.each(["", "none.tflite"])("refuses %j, which is no file", async (path) => {
    const { code, err } = await xsnn("inspect", path);
    expect(code).toBe(1);
    expect(err).toMatch(/^xsnn: cannot read .* \[file-not-readable\]\n/);
  });
});

describeGolden("xsnn inspect on float models", () => {
  it.each([
    ["ad01_fp32", "FULLY_CONNECTED"],
    ["mnist_lstm_fp32", "UNIDIRECTIONAL_SEQUENCE_LSTM"],
  ])("shows %s, and says that it is to be quantized", async (name, kind) => {
    const { code, out, err } = await xsnn("inspect", join(GOLDEN, name, "model.tflite"));
    expect([code, err]).toEqual([1, ""]);
    expect(out).toMatch(/^graph "model"\n {2}input %0 : float32\[/);
    expect(out).toContain(`= ${kind}(`);
    expect(out.match(/\[[a-z-]+\]$/gm)).toEqual(["[model-not-quantized]"]);
  });
});
