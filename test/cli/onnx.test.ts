import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EXTERNAL, type TensorDraft } from "../../codegen/import/onnx/schema.js";
import { ints, node, onnxFile, tensor } from "../import/onnx/onnx-model.js";
import { quantized } from "../import/onnx/qdq.js";
import { inEmptyFolder, xsnn } from "./harness.js";

const weights = (given: TensorDraft) => ({
  opset: 13,
  inputs: { x: ["N", 2, 3, 5] },
  outputs: ["y"],
  nodes: [node("Conv", ["x", "w"], "y", { pads: ints(0, 0, 0, 0) })],
  initializers: [given],
});

const here = tensor("w", [4, 2, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8]);

/** A model whose weights are at a location. */
function writeExternal(path: string, location: string, entries: Readonly<Record<string, string>> = {}): void {
  const { rawData, ...outside } = here;
  const externalData = Object.entries({ location, ...entries }).map(([key, value]) => ({ key, value }));
  writeFileSync(path, onnxFile(weights({ ...outside, dataLocation: EXTERNAL, externalData })));
}

describe("xsnn on ONNX models", () => {
  inEmptyFolder();

  it("shows one in float32, which is to be quantized", async () => {
    writeFileSync("a.onnx", onnxFile(weights(here)));
    const { code, out } = await xsnn("inspect", "a.onnx");
    expect(code).toBe(1);
    expect(out).toContain('input %0 : float32[1, 3, 5, 2] "x"');
    expect(out).toMatch(/%\d = CONV_2D\(.* : float32\[1, 3, 5, 4\] "y"/);
  });

  it("takes one by what it holds, whatever it is called", async () => {
    writeFileSync("a.bin", onnxFile(weights(here)));
    expect((await xsnn("inspect", "a.bin")).out).toContain("CONV_2D");
  });

  it("compiles a quantized one", async () => {
    const model = { ...weights(here), inputs: { x: [1, 2, 3, 5] } };
    const { spec } = await quantized(model, { activations: "uint8", perChannel: true });
    writeFileSync("a.onnx", onnxFile(spec));
    writeFileSync("x.bin", new Uint8Array(30));
    expect(await xsnn("inspect", "a.onnx")).toMatchObject({ code: 0, err: "" });
    expect(await xsnn("compile", "a.onnx")).toMatchObject({ code: 0, err: "" });
    expect(await xsnn("run", "a", "--input", "x.bin")).toMatchObject({ code: 0 });
  });

  describe("with weights in another file", () => {
    it("reads those below the model's folder", async () => {
      mkdirSync("models/weights", { recursive: true });
      writeFileSync("models/weights/w.bin", Buffer.concat([Buffer.alloc(4), here.rawData!]));
      writeExternal("models/a.onnx", "weights/w.bin", { offset: "4", length: "32" });
      expect((await xsnn("inspect", "models/a.onnx")).out).toContain("CONV_2D");
    });

    it("says which file is missing", async () => {
      writeExternal("a.onnx", "w.bin");
      const { err } = await xsnn("inspect", "a.onnx");
      expect(err).toContain('the data of "w" is in "w.bin", which is not there [onnx-external-missing]');
    });

    it.each(["../w.bin", "/etc/hostname", "a/../../w.bin", "..\\w.bin", "C:/w.bin", "", "a//w.bin"])(
      "does not read %j",
      async (location) => {
        mkdirSync("models");
        writeFileSync("w.bin", here.rawData!);
        writeExternal("models/a.onnx", location);
        expect((await xsnn("inspect", "models/a.onnx")).err).toContain("[onnx-external-path]");
      },
    );

    it("follows no link out of the folder", async () => {
      mkdirSync("models");
      mkdirSync("other");
      writeFileSync("other/w.bin", here.rawData!);
      symlinkSync("../other", "models/link");
      symlinkSync("../other/w.bin", "models/w.bin");
      for (const location of ["link/w.bin", "w.bin"]) {
        writeExternal("models/a.onnx", location);
        expect((await xsnn("inspect", "models/a.onnx")).err).toContain("[onnx-external-path]");
      }
    });

    it.each([
      ["longer than the file", { length: "64" }],
      ["from beyond its end", { offset: "33" }],
      ["at no number", { offset: "0x4" }],
      ["before its beginning", { offset: "-4" }],
    ])("refuses data that is %s", async (_, entries) => {
      writeFileSync("w.bin", here.rawData!);
      writeExternal("a.onnx", "w.bin", entries);
      expect((await xsnn("inspect", "a.onnx")).err).toContain("[onnx-external-range]");
    });

    it("refuses data of another length than the tensor's", async () => {
      writeFileSync("w.bin", here.rawData!);
      writeExternal("a.onnx", "w.bin", { length: "28" });
      expect((await xsnn("inspect", "a.onnx")).err).toContain("[onnx-tensor-data]");
    });
  });
});
