import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
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
    // Node's speed says nothing of a board's.
    expect(sound.out).not.toContain("illiseconds");
    const text = await xsnn("run", "split", "--engine", "node", "--input", ...names);
    expect(text.out).not.toContain(" ms");
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
      { ...split, version: 1 },
      { ...split, hash: "12" },
      { ...split, links: [{ ...split.links[0], baud: -1 }] },
      { ...split, links: [{ ...split.links[0], outbox: 0 }] },
      { ...split, links: [{ ...split.links[0], queueBytes: 64 }] },
      { ...split, stages: [{ ...split.stages[0], creation: { stack: 512 } }] },
      { ...split, stages: [{ ...split.stages[0], folder: "../.." }] },
    ]) {
      writeFileSync("split/split.json", JSON.stringify(wrong));
      expect(codesOf(await xsnn("run", "split", "--json", "--input", names[0]))).toEqual(["split-folder"]);
    }
  });
});

const DIGITS = join(import.meta.dirname, "../../models/digits");
const SAMPLES = ["0-1", "3-1", "7-1", "9-2"].map((name) => join(DIGITS, `samples/${name}.png`));

describe("xsnn run on what xsnn split wrote", () => {
  inEmptyFolder();

  const samples = (out: string) => JSON.parse(out).samples;

  beforeEach(async () => {
    const model = join(DIGITS, "digits.tflite");
    await xsnn("split", model, ..."--boards esp32-c3,esp32-c3 --link uart:3000000 -o out".split(" "));
  });

  it("gives what one board gives, about as often as was predicted, in the machines that were planned", async () => {
    const whole = await xsnn("run", join(DIGITS, "digits.tflite"), "--json", "--input", ...SAMPLES);
    const here = await xsnn(..."run out/digits --engine node --json --input".split(" "), ...SAMPLES);
    const boards = await xsnn(..."run out/digits --json --input".split(" "), ...SAMPLES);
    expect([here.err, boards.err]).toEqual(["", ""]);
    expect(samples(here.out)).toEqual(samples(whole.out));
    expect(samples(boards.out)).toEqual(samples(whole.out));
    const predicted = JSON.parse(readFileSync("out/digits/split.json", "utf8"));
    const { intervalMilliseconds } = JSON.parse(boards.out).split;
    expect(intervalMilliseconds / predicted.intervalMilliseconds).toBeGreaterThan(0.9);
    expect(intervalMilliseconds / predicted.intervalMilliseconds).toBeLessThan(1.1);
  });

  it("refuses a machine of split.json that a board has no room for", async () => {
    const split = JSON.parse(readFileSync("out/digits/split.json", "utf8"));
    split.stages[0].creation.chunk.initial = 1e6;
    writeFileSync("out/digits/split.json", JSON.stringify(split));
    expect(codesOf(await xsnn("run", "out/digits", "--json", "--input", SAMPLES[0]))).toEqual([
      "board-too-small",
    ]);
  });

  it("refuses a stage alone, which sends planes", async () => {
    expect(codesOf(await xsnn("run", "out/digits/stage1", "--json", "--input", SAMPLES[0]))).toEqual([
      "stage-alone",
    ]);
  });
});
