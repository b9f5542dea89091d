import { readFileSync, writeFileSync } from "node:fs";
import { beforeEach, expect, it } from "vitest";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { cutPositions } from "../../codegen/split/cuts.js";
import { describeGolden, goldenFile, goldenModel } from "../golden/golden.js";
import { writeSplit } from "../pipeline/write-split.js";
import { codesOf, inEmptyFolder, xsnn } from "./harness.js";

describeGolden("xsnn run on a split model", () => {
  inEmptyFolder();

  const { vectors } = goldenModel("hello_world_int8", 5);
  const names = vectors.map(({ k }) => `${k}.bin`);

  beforeEach(async () => {
    const graph = runPasses(importModel(goldenFile("hello_world_int8"), "hello.tflite"));
    writeFileSync("hello.tflite", goldenFile("hello_world_int8"));
    await writeSplit("split", graph, cutPositions(graph).slice(1, -1));
    for (const [i, { steps }] of vectors.entries()) writeFileSync(names[i], steps[0]);
  });

  const samples = (out: string) => JSON.parse(out).samples;

  it("gives what the whole model gives, on faulty links too", async () => {
    const whole = await xsnn("run", "hello.tflite", "--input", ...names, "--json");
    const sound = await xsnn("run", "split", "--engine", "node", "--input", ...names, "--json");
    const faulty = await xsnn(..."run split --engine node --faults 3 --json --input".split(" "), ...names);
    expect([sound.err, faulty.err]).toEqual(["", ""]);
    expect(samples(sound.out)).toEqual(samples(whole.out));
    expect(samples(faulty.out)).toEqual(samples(whole.out));
    const sent = (out: string) => JSON.parse(out).split.stages[0].sentBytes;
    expect(sent(faulty.out)).toBeGreaterThan(0);
  });

  it("runs on emulated boards, and says what each of them did", async () => {
    const { code, out, err } = await xsnn("run", "split", "--top", "1", "--input", ...names);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/tiny in 3 stages, joined by uart:921600; one inference, the mean of 5:/);
    expect(out).toMatch(/3 +esp32-c3 +qemu-rv32 +[\d,]+ +[\d,]+ +[\d.]+ ms +\d+/);
    expect(out).toMatch(/Steady state: an inference each [\d.]+ ms/);
  });

  it("refuses a split that is damaged, and options that are for one board", async () => {
    expect(codesOf(await xsnn("run", "split", "--board", "esp32-c3", "--json", "--input", names[0]))).toEqual(
      ["arguments"],
    );
    expect(
      codesOf(await xsnn("run", "hello.tflite", "--faults", "1", "--json", "--input", names[0])),
    ).toEqual(["arguments"]);
    const split = JSON.parse(readFileSync("split/split.json", "utf8"));
    for (const wrong of [
      { ...split, version: 2 },
      { ...split, hash: "12" },
      { ...split, links: [{ kind: "uart", baud: -1 }] },
      { ...split, stages: [{ ...split.stages[0], folder: "../.." }] },
    ]) {
      writeFileSync("split/split.json", JSON.stringify(wrong));
      expect(codesOf(await xsnn("run", "split", "--json", "--input", names[0]))).toEqual(["split-folder"]);
    }
  });
});
