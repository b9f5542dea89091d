import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { parse } from "npyjs";
import { beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../boards/engine.js";
import { codesOf, inEmptyFolder, withEngines, writeModel, xsnn } from "./harness.js";
import { identity, runningMaximum } from "./models.js";

/** Gives back its input, and says that it counted. */
const counting: Engine = {
  name: "counting",
  about: "for tests",
  run: async ({ vectors }) => ({
    vectors: vectors.map((steps) => ({ outputs: [...steps], trace: new Map<number, Uint8Array>() })),
    counters: {
      instructions: 1234567,
      heap: {
        slotBytes: 32,
        peakChunkBytes: 2000,
        peakSlots: 3000,
        peakStackSlots: 40,
        builtinChunkBytes: 1000,
        builtinSlots: 2500,
        builtinStackSlots: 156,
        loadedChunkBytes: 1500,
        loadedSlots: 2900,
        liveChunkBytes: 900,
        liveSlots: 90,
        collections: 1,
      },
    },
  }),
};

describe("xsnn run", () => {
  inEmptyFolder();

  beforeEach(() => {
    writeModel("four.tflite", identity([1, 4]));
    writeFileSync("a.bin", Int8Array.of(-128, 127, 0, 127));
    writeFileSync("b.bin", Int8Array.of(1, 2, 4, 3));
    writeFileSync("labels.txt", "ash\nbirch\r\ncedar\nelm\n");
  });

  it("prints the highest outputs as real values with their labels", async () => {
    const { code, out, err } = await xsnn(
      ..."run four.tflite --input a.bin b.bin --labels labels.txt --top 2".split(" "),
    );
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe("a.bin\n  birch  1\n  elm    1\nb.bin\n  cedar  0.517647\n  elm    0.513726\n");
  });

  it("runs an artifact's folder as it runs the model", async () => {
    await xsnn("compile", "four.tflite", "-o", "four");
    const ofModel = await xsnn("run", "four.tflite", "--input", "a.bin", "--json");
    const ofFolder = await xsnn("run", "four", "--input", "a.bin", "--json");
    expect(ofFolder).toEqual(ofModel);
    expect(JSON.parse(ofFolder.out).samples[0].top[0]).toEqual({ index: 1, label: "1", value: 1 });
  });

  it("writes outputs as .npy files, counted over files and steps", async () => {
    writeModel("running.tflite", runningMaximum(2));
    const { code, out } = await xsnn(
      "run",
      "running.tflite",
      "--input",
      "a.bin",
      "b.bin",
      "-o",
      "out",
      "--top",
      "1",
    );
    expect(code).toBe(0);
    expect(out).toBe(
      "a.bin, step 0\n  1  1\na.bin, step 1\n  1  1\nb.bin, step 0\n  1  0.509804\nb.bin, step 1\n  0  0.517647\n",
    );
    expect(readdirSync("out").sort()).toEqual([0, 1, 2, 3].map((sample) => `output_${sample}_0.npy`));
    const { data, shape, dtype } = parse(Uint8Array.from(readFileSync("out/output_1_0.npy")).buffer);
    expect([...(data as Int8Array)]).toEqual([0, 127]);
    expect([shape, dtype]).toEqual([[1, 2], "i1"]);
  });

  it("prints what the engine counted", async () => {
    const { out } = await withEngines(
      { counting },
      ..."run four.tflite --input a.bin --top 0 -e counting".split(" "),
    );
    expect(out).toBe(`a.bin

Instructions: 1,234,567
Peak chunks: 2,000 bytes
Peak slots:  3,000 slots of 32 bytes
Peak stack:  40 slots of 32 bytes
Live peak:   900 bytes of chunks and 90 slots; collections: 1
`);
  });

  it("gives the machine's size to the engine", async () => {
    let machine: unknown;
    const asking: Engine = {
      ...counting,
      run: (job) => {
        machine = job.machine;
        return counting.run(job);
      },
    };
    await withEngines({ asking }, ..."run four.tflite --input a.bin -e asking --machine 9,8,7".split(" "));
    expect(machine).toEqual({ chunkBytes: 9, slots: 8, stackSlots: 7 });
  });

  it.each([
    ["no input", "input-needed", "run four.tflite"],
    ["an engine that is unknown", "engine-unknown", "run four.tflite --input a.bin --engine v9"],
    ["labels that do not fit", "labels-count", "run four.tflite --input a.bin --labels a.bin"],
    ["a model that is absent", "file-not-readable", "run none.tflite --input a.bin"],
    ["a model that is none", "file-identifier", "run a.tflite --input a.bin"],
    ["a model of another format", "model-format", "run a.h5 --input a.bin"],
    ["a model cut off", "offset-range", "run cut.tflite --input a.bin"],
    ["a folder that is no artifact", "folder-not-artifact", "run . --input a.bin"],
    ["an output folder that is a file", "file-not-writable", "run four.tflite --input a.bin -o a.bin"],
    ["--top that is no number", "arguments", "run four.tflite --input a.bin --top five"],
    ["a machine of two numbers", "arguments", "run four.tflite --input a.bin --machine 1,2"],
  ])("refuses %s and writes nothing", async (_, code, line) => {
    writeFileSync("a.tflite", "not a model at all");
    writeFileSync("a.h5", "not a model at all");
    writeFileSync("cut.tflite", readFileSync("four.tflite").subarray(0, 300));
    const names = readdirSync(".");
    const called = await xsnn(...line.split(" "), "--json");
    expect([called.code, codesOf(called)]).toEqual([1, [code]]);
    expect(readdirSync(".")).toEqual(names);
    const { out, err } = await xsnn(...line.split(" "));
    expect(out).toBe("");
    expect(err).toMatch(new RegExp(`^xsnn: .* \\[${code}\\]\n  .+\n$`));
  });

  describe("on a folder", () => {
    const edit = (change: (plan: { [name: string]: unknown }) => void) => {
      const plan = JSON.parse(readFileSync("four/plan.json", "utf8"));
      change(plan);
      writeFileSync("four/plan.json", JSON.stringify(plan));
    };
    it.each<[string, string, () => void]>([
      ["of another version", "artifact-version", () => edit((plan) => (plan.version = 99))],
      ["whose module is elsewhere", "folder-not-artifact", () => edit((plan) => (plan.module = "../evil"))],
      [
        "whose tensors are outside the arena",
        "folder-not-artifact",
        () => edit((plan) => (plan.arenaBytes = 1)),
      ],
      ["whose arena is huge", "folder-not-artifact", () => edit((plan) => (plan.arenaBytes = 2 ** 40))],
      ["without outputs", "folder-not-artifact", () => edit((plan) => (plan.outputs = []))],
      [
        "with an output that is no tensor",
        "folder-not-artifact",
        () => edit((plan) => (plan.outputs = [77])),
      ],
      ["whose plan is no JSON", "folder-not-artifact", () => writeFileSync("four/plan.json", "{")],
      ["whose plan is a list", "folder-not-artifact", () => writeFileSync("four/plan.json", "[]")],
      ["without its module", "folder-not-artifact", () => rmSync("four/four.js")],
      ["without weights", "folder-not-artifact", () => rmSync("four/weights.bin")],
    ])("%s: refuses", async (_, code, damage) => {
      await xsnn("compile", "four.tflite", "-o", "four");
      damage();
      const called = await xsnn("run", "four", "--input", "a.bin", "--json", "-o", "out");
      expect([called.code, codesOf(called)]).toEqual([1, [code]]);
      expect(existsSync("out")).toBe(false);
    });
  });
});
