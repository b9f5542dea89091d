import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeArtifact } from "../../codegen/cli/artifact-folder.js";
import { codesOf, folderNames, inEmptyFolder, writeModel, xsnn } from "./harness.js";
import { identity } from "./models.js";

describe("xsnn compile", () => {
  inEmptyFolder();

  it("writes a folder named as the module, which Node can import", async () => {
    writeModel("Small Model.tflite", identity([1, 4]));
    const { code, out, err } = await xsnn("compile", "Small Model.tflite");
    expect([code, err]).toEqual([0, ""]);
    expect(folderNames()).toEqual(["Small Model.tflite", "small-model"]);
    const { default: Model } = await import(join(process.cwd(), "small-model", "small-model.js"));
    const model = new Model();
    model.input.set([1, -2, 3, -4]);
    expect([...model.run()]).toEqual([1, -2, 3, -4]);
    expect(out).toMatch(/^0 {2}MAXIMUM {2}1×4 {5}rolled {6}1 +0/m);
    expect(out).toMatch(/^weights\.bin +\d+ {2}bytes of flash$/m);
    expect(out).toMatch(/^Steps: 1; the longest takes [\d,]+ instructions: layer 0, MAXIMUM "output0"$/m);
    expect(out).toMatch(/^Written to small-model$/m);
  });

  it("prints the plan and the sizes of the files as JSON", async () => {
    writeModel("a.tflite", identity([1, 4]));
    const { code, out } = await xsnn("compile", "a.tflite", "-o", "deep/er", "--json");
    const document = JSON.parse(out);
    expect(code).toBe(0);
    expect(document.folder).toBe("deep/er");
    expect(document.plan).toEqual(JSON.parse(readFileSync("deep/er/plan.json", "utf8")));
    const size = (path: string) => readFileSync(join("deep/er", path)).length;
    for (const [path, bytes] of Object.entries(document.files))
      expect([path, bytes]).toEqual([path, size(path)]);
    expect(document.javascriptBytes).toBeGreaterThan(size("a.js"));
  });

  it("plans for a board and says whether the model fits there", async () => {
    writeModel("small.tflite", identity([1, 4]));
    writeModel("large.tflite", identity([1, 300, 300, 3]));
    const { code, out } = await xsnn("compile", "small.tflite", "--board", "esp8266");
    expect(code).toBe(0);
    expect(out).toMatch(/^Flash +[\d,]+ {2}bytes in all, predicted/m);
    expect(out).toMatch(/^esp8266: it fits, in [\d,]+ of 394,464 bytes of flash\.$/m);
    const large = await xsnn("compile", "large.tflite", "--board", "esp8266");
    expect(large.code).toBe(0);
    expect(large.out).toMatch(/^esp8266: [\d,]+ bytes of heap needed, 38,912 available, [\d,]+ short\.$/m);
  });

  it("replaces an artifact, and an empty folder", async () => {
    writeModel("a.tflite", identity([1, 4]));
    mkdirSync("out");
    expect((await xsnn("compile", "a.tflite", "-o", "out")).code).toBe(0);
    writeModel("b.tflite", identity([1, 8]));
    expect((await xsnn("compile", "b.tflite", "-o", "out")).code).toBe(0);
    expect(readdirSync("out").filter((name) => name.startsWith("a."))).toEqual([]);
    expect(readdirSync("out")).toContain("b.js");
    expect(folderNames()).toEqual(["a.tflite", "b.tflite", "out"]);
  });

  it.each([
    ["a folder with something else", (out: string) => writeFileSync(join(out, "thesis.txt"), "")],
    ["a plan.json that is empty", (out: string) => writeFileSync(join(out, "plan.json"), "{}\n")],
    [
      "a plan.json of somebody else",
      (out: string) => writeFileSync(join(out, "plan.json"), '{"version": 99}'),
    ],
  ])("does not touch %s", async (_, fill) => {
    writeModel("a.tflite", identity([1, 4]));
    mkdirSync("out");
    fill("out");
    const names = readdirSync("out");
    expect((await xsnn("compile", "a.tflite", "-o", "out")).code).toBe(1);
    expect(readdirSync("out")).toEqual(names);
  });

  it("does not touch an artifact with a file of somebody else in it", async () => {
    writeModel("a.tflite", identity([1, 4]));
    await xsnn("compile", "a.tflite", "-o", "out");
    writeFileSync("out/xsnn/notes.md", "");
    const called = await xsnn("compile", "a.tflite", "-o", "out", "--json");
    expect([called.code, codesOf(called)]).toEqual([1, ["folder-not-ours"]]);
    expect(called.out).toContain("xsnn/notes.md");
    expect(readdirSync("out/xsnn")).toContain("notes.md");
  });

  it("does not write where a file is", async () => {
    writeModel("a.tflite", identity([1, 4]));
    const called = await xsnn("compile", "a.tflite", "-o", "a.tflite", "--json");
    expect([called.code, codesOf(called)]).toEqual([1, ["file-not-writable"]]);
    expect(folderNames()).toEqual(["a.tflite"]);
  });

  it("leaves nothing behind, and what was there as it was, where writing fails halfway", async () => {
    writeModel("a.tflite", identity([1, 4]));
    await xsnn("compile", "a.tflite", "-o", "out");
    const before = readdirSync("out");
    const impossible = new Map(["a", "a/b"].map((path) => [path, Uint8Array.of(1)]));
    const refusal = await writeArtifact("out", impossible).catch((error) => error);
    expect(refusal).toMatchObject({ problems: [{ code: "file-not-writable" }] });
    expect(readdirSync("out")).toEqual(before);
    expect(folderNames()).toEqual(["a.tflite", "out"]);
  });

  it("leaves nothing behind where there can be no folder", async () => {
    writeModel("a.tflite", identity([1, 4]));
    writeFileSync("file", "");
    const called = await xsnn("compile", "a.tflite", "-o", "file/out", "--json");
    expect([called.code, codesOf(called)]).toEqual([1, ["file-not-writable"]]);
    expect(folderNames()).toEqual(["a.tflite", "file"]);
  });
});
