/** From a float model and a budget to a model that meets it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dump } from "npyjs";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PLAIN, studentOf } from "../../codegen/compress/search/recipe.js";
import type { TrainingData } from "../../codegen/compress/train/batches.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { importModel } from "../../codegen/import/import-model.js";
import { bars, barsNetwork } from "../compress/search/bars.js";
import { FloatGraph } from "../support/float-graph.js";
import { codesOf, folderNames, inEmptyFolder, interruptibleXsnn, writeModel, xsnn } from "./harness.js";

const data = bars(120, 1);
const INPUTS = ["bars.tflite", "x.npy", "y.npy"];
const LABELLED = ["compress", "bars.tflite", "--data", "x.npy", "--labels", "y.npy"];
const ON_C3 = ["--board", "esp32-c3", "--predict"];

let graph: Graph;

beforeAll(async () => {
  graph = await barsNetwork();
}, 60_000);

function writeData({ samples, labels = [] }: TrainingData): void {
  const values = Float32Array.from(samples.flatMap(([image]) => [...image]));
  writeFileSync("x.npy", new Uint8Array(dump(values, [samples.length, 8, 8, 1])));
  writeFileSync("y.npy", new Uint8Array(dump(Int32Array.from(labels), [labels.length])));
}

describe("xsnn compress", () => {
  inEmptyFolder();

  beforeEach(() => {
    writeModel("bars.tflite", graph);
    writeData(data);
  });

  it("writes what meets the budget, with the path as text, JSON and page", async () => {
    const enough = await xsnn(...LABELLED, ...ON_C3, "--budget", "ms=1000", "-o", "plain.tflite", "--json");
    expect([enough.code, enough.err]).toEqual([0, ""]);
    const { chosen, steps } = JSON.parse(enough.out);
    expect([chosen, steps.length, steps[0].name]).toEqual([0, 1, "int8"]);
    expect(importModel(readFileSync("plain.tflite"), "plain.tflite").ops.length).toBeGreaterThan(4);

    const ms = (0.7 * steps[0].cost.board.milliseconds.value).toFixed(3);
    const budget = ["--budget", `ms=${ms},flash=1M`, "--max-drop", "30", "--epochs", "8", "--rate", "0.01"];
    const output = ["-o", "small.tflite", "--report", "page.html"];
    const { code, out, err } = await xsnn(...LABELLED, ...ON_C3, ...budget, ...output);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/ ✓ /);
    expect(out).toContain(`Budget on esp32-c3: 1,048,576 bytes of flash, ${Number(ms)} ms; 30 points`);
    expect(out).toContain("Learned from 96 samples of x.npy, evaluated on 24 others.");
    expect(out).toMatch(/Written to small\.tflite\n$/);
    const page = readFileSync("page.html", "utf8");
    for (const part of ["<svg", "Accuracy against instructions", "loss by epoch", "✓"])
      expect(page).toContain(part);
    expect(page).not.toMatch(/https?:/);
    expect(folderNames()).toEqual([...INPUTS, "page.html", "plain.tflite", "small.tflite"].sort());
  }, 120_000);

  it("says how near it came where nothing meets the budget, and writes no model", async () => {
    const unreachable = await xsnn(...LABELLED, ...ON_C3, "--budget", "ms=0.01", "-o", "none.tflite");
    expect(unreachable.code).toBe(1);
    expect(unreachable.out).toContain("not trained: they would not meet the budget");
    const asJson = await xsnn(...LABELLED, ...ON_C3, "--budget", "ms=0.01", "-o", "none.tflite", "--json");
    expect(codesOf(asJson)).toEqual(["budget-not-met"]);
    expect(unreachable.err).toMatch(
      /no model was found that takes 0\.01 ms: the smallest, .+, takes [\d.]+ times that/,
    );

    const strict = ["--budget", "ms=1000", "--max-drop", "0", "--epochs", "1", "--tries", "1"];
    writeData({ ...data, labels: data.labels.map((label, i) => (i % 3 === 0 ? 1 - label : label)) });
    const { code, err, out } = await xsnn(...LABELLED, ...ON_C3, ...strict, "-o", "none.tflite");
    if (code === 1) expect(err).toMatch(/the nearest, .+, drops by [\d.]+ \[budget-not-met\]/);
    else expect(out).toContain("✓");
    expect(folderNames()).toEqual(code === 1 ? INPUTS : [...INPUTS, "none.tflite"].sort());
  }, 120_000);

  it("does without labels: then agreement with the model counts", async () => {
    const { code, out } = await xsnn(
      ...["compress", "bars.tflite", "--data", "x.npy", "--budget", "ms=1000", "-o", "out.tflite"],
      ...ON_C3,
    );
    expect(code).toBe(0);
    expect(out).toContain("As float");
  }, 60_000);

  it("trains a student that is given, and refuses one for other inputs", async () => {
    writeModel("student.tflite", studentOf(graph, { ...PLAIN, width: 0.5 }));
    const budget = ["--budget", "flash=60K", "--max-drop", "40", "--epochs", "8", "--rate", "0.01"];
    const small = ["--student", "student.tflite", "-o", "small.tflite", "--json"];
    const { code, out, err } = await xsnn(...LABELLED, ...ON_C3, ...budget, ...small);
    expect([code, err]).toEqual([0, ""]);
    const { chosen, steps } = JSON.parse(out);
    expect(steps[chosen].name).toMatch(/^student, /);

    const build = new FloatGraph();
    const options = { activation: "NONE", keepDims: false } as const;
    writeModel(
      "other.tflite",
      build.graph([build.op("FULLY_CONNECTED", options, build.input([1, 9]), build.constant([2, 9]), null)]),
    );
    const other = [...LABELLED, ...ON_C3, ...budget, "--student", "other.tflite", "--json"];
    expect(codesOf(await xsnn(...other, "-o", "out.tflite"))).toEqual(["teacher-other"]);
    expect(codesOf(await xsnn(...other, "-o", "other.tflite"))).toEqual(["arguments"]);
    expect(folderNames()).toEqual([...INPUTS, "other.tflite", "small.tflite", "student.tflite"].sort());
  }, 120_000);

  it("goes on from what it had reached when it was stopped, to the same bytes", async () => {
    const budget = ["--budget", "flash=60K", "--max-drop", "40", "--epochs", "8", "--rate", "0.01"];
    const line = [...LABELLED, ...ON_C3, ...budget];
    const plain = await xsnn(...line, "-o", "whole.tflite");
    expect([plain.code, plain.err]).toEqual([0, ""]);
    const resumable = [...line, "-o", "out.tflite", "--checkpoint", "reached"];

    const stop = new AbortController();
    const stopped = interruptibleXsnn(stop.signal, ...resumable);
    while (!existsSync("reached") || readdirSync("reached").length === 0) await sleep(5);
    stop.abort();
    await expect(stopped).resolves.toMatchObject({ code: 1 });
    const [name] = readdirSync("reached");
    const { step } = JSON.parse(readFileSync(join("reached", name), "utf8"));
    expect(step).toBeGreaterThan(0);
    expect(existsSync("out.tflite")).toBe(false);

    const others = await xsnn(...resumable, "--seed", "2", "--json");
    expect(codesOf(others)).toEqual(["checkpoint-other"]);
    writeFileSync("reached/mine.txt", "");
    expect((await xsnn(...resumable)).code).toBe(0);
    expect(readFileSync("out.tflite")).toEqual(readFileSync("whole.tflite"));
    expect(readdirSync("reached")).toEqual(["mine.txt"]);
  }, 120_000);

  it("refuses a model with one output element, of which accuracy says nothing", async () => {
    const build = new FloatGraph();
    const options = { activation: "NONE", keepDims: false } as const;
    const dense = build.op("FULLY_CONNECTED", options, build.input([1, 8]), build.constant([1, 8]), null);
    writeModel("one.tflite", build.graph([dense]));
    writeFileSync("eight.npy", new Uint8Array(dump(build.random(20 * 8), [20, 8])));
    const asked = ["compress", "one.tflite", "--data", "eight.npy", ...ON_C3, "--budget", "ms=1000"];
    expect(codesOf(await xsnn(...asked, "-o", "out.tflite", "--json"))).toEqual(["compress-needs-classes"]);
    expect(existsSync("out.tflite")).toBe(false);
  });

  it("refuses what cannot be asked for, and writes nothing", async () => {
    const base = [...LABELLED, "-o", "out.tflite"];
    const budgets = ["flash", "flash=0", "ms=1K", "ms=1,ms=2", "speed=3", "flash=10G", ""];
    for (const budget of budgets) {
      const { code, err } = await xsnn(...base, ...ON_C3, "--budget", budget);
      expect([budget, code]).toEqual([budget, 1]);
      expect(err).toContain("--budget");
    }
    const asked = [...base, ...ON_C3, "--budget", "ms=1"];
    expect(codesOf(await xsnn(...base, "--board", "linux", "--budget", "ms=1", "--json"))).toEqual([
      "board-unknown",
    ]);
    for (const option of [
      ["--evaluate", "1"],
      ["--epochs", "0"],
      ["--tries", "0"],
      ["--rate", "-1"],
      ["--max-drop", "x"],
    ])
      expect((await xsnn(...asked, ...option)).code).toBe(1);
    for (const option of [
      ["-o", "bars.tflite"],
      ["--report", "bars.tflite"],
      ["--report", "y.npy"],
      ["--report", "out.tflite"],
    ])
      expect(codesOf(await xsnn(...asked, ...option, "--json"))).toEqual(["arguments"]);
    expect(importModel(readFileSync("bars.tflite"), "bars.tflite").ops).toHaveLength(graph.ops.length);
    const unlabelled = ["compress", "bars.tflite", "--data", "x.npy", ...ON_C3, "--budget", "ms=1000"];
    expect(codesOf(await xsnn(...unlabelled, "--alpha", "0.5", "-o", "out.tflite", "--json"))).toEqual([
      "training-option-alone",
    ]);
    writeData(bars(1, 1));
    expect(codesOf(await xsnn(...asked, "--json"))).toEqual(["compress-data"]);
    expect(folderNames()).toEqual(INPUTS);
  }, 60_000);
});
