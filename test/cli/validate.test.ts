import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parse } from "npyjs";
import { beforeEach, describe, expect, it } from "vitest";
import type { Engine, VectorReport } from "../../boards/engine.js";
import { engineByName } from "../../boards/index.js";
import { codesOf, inEmptyFolder, withEngines, writeModel, xsnn } from "./harness.js";
import { identity, runningMaximum } from "./models.js";

/** Node, but with each vector's report changed. */
function changed(change: (report: VectorReport, steps: number) => void): Engine {
  return {
    name: "changed",
    about: "for tests",
    async run(job) {
      const report = await engineByName("node").run(job);
      for (const [i, vector] of report.vectors.entries()) change(vector, job.vectors[i].length);
      return report;
    },
  };
}

describe("xsnn validate", () => {
  inEmptyFolder();

  beforeEach(() => {
    writeModel("image.tflite", identity([1, 2, 3, 1]));
    writeModel("running.tflite", runningMaximum(2));
    writeFileSync("a.bin", Int8Array.of(1, 2, 3, 4, 5, 6));
  });

  const onNode = ["--engine", "node", "--json"];

  it("counts what it compared", async () => {
    const { code, out } = await xsnn(
      "validate",
      "image.tflite",
      "--random",
      "3",
      "--input",
      "a.bin",
      ...onNode,
    );
    expect(code).toBe(0);
    // Input and output of 6 bytes each are traced, and the output is compared as the model's result too.
    expect(JSON.parse(out)).toEqual({
      engines: ["node", "node"],
      identical: true,
      vectors: 4,
      tensors: 2,
      bytes: 4 * 18,
      hidden: 0,
    });
    const { out: text } = await xsnn("validate", "image.tflite", "--random", "20", "--engine", "node");
    expect(text).toBe("identical on node and node: 20 vectors, 2 tensors, 360 bytes compared\n");
  });

  it("names the first layer, element and values that differ", async () => {
    const engine = changed(({ trace, outputs }) => {
      for (const bytes of [trace.get(2)!, outputs[0]]) {
        bytes[4] = 100;
        bytes[5] = 50;
      }
    });
    const line = "validate image.tflite --random 0 --input a.bin --engine changed";
    const { code, out, err } = await withEngines({ changed: engine }, ...line.split(" "));
    expect([code, err]).toEqual([1, ""]);
    expect(out).toBe(`node and changed differ in vector "a.bin", step 0
  layer 0: MAXIMUM "output0"
  tensor 2 "output0", int8 1×2×3×1: 2 of 6 elements differ
  element 4 [0, 1, 1, 0]: 5 on node, 100 on changed
`);
    const asJson = await withEngines({ changed: engine }, ...line.split(" "), "--json");
    expect(JSON.parse(asJson.out)).toMatchObject({
      identical: false,
      difference: {
        vector: "a.bin",
        step: 0,
        layer: { index: 0, kind: "MAXIMUM", name: "output0" },
        tensor: { id: 2, name: "output0", dtype: "int8", shape: [1, 2, 3, 1] },
        element: 4,
        values: [5, 100],
        differing: 2,
      },
    });
  });

  it("finds a difference in the state of a streaming model, which outputs do not show", async () => {
    const engine = changed(({ trace }) => {
      const variable = Math.max(...trace.keys());
      trace.get(variable)![1] ^= 1;
    });
    const line = "validate running.tflite --random 1 --engine changed --json";
    const { code, out } = await withEngines({ changed: engine }, ...line.split(" "));
    expect(code).toBe(1);
    expect(JSON.parse(out).difference).toMatchObject({ step: 3, tensor: { name: "greatest" }, element: 1 });
  });

  it("runs up to the step that differs for a look at its tensors", async () => {
    const lengths: number[] = [];
    const engine = changed(({ outputs, trace }, steps) => {
      lengths.push(steps);
      if (steps >= 2) outputs[1][0] ^= 1;
      if (steps === 2) trace.get(2)![0] ^= 1;
    });
    const line = "validate running.tflite --random 1 --engine changed --json";
    const { out } = await withEngines({ changed: engine }, ...line.split(" "));
    expect(lengths).toEqual([4, 2]);
    expect(JSON.parse(out).difference).toMatchObject({ step: 1, tensor: { id: 2, name: "before" } });
  });

  it("gives the same random vectors for the same seed", async () => {
    const dump = async (seed: string, folder: string) => {
      await xsnn("validate", "image.tflite", "--random", "2", "--seed", seed, "--dump", folder, ...onNode);
      return [0, 1].map((vector) => readFileSync(`${folder}/node/${vector}/t0.npy`, "latin1"));
    };
    const [first, second] = await dump("7", "a");
    expect(first).not.toBe(second);
    expect(await dump("7", "b")).toEqual([first, second]);
    expect(await dump("8", "c")).not.toEqual([first, second]);
  });

  it("dumps every tensor", async () => {
    const line = "validate image.tflite --random 0 --input a.bin --dump tensors";
    expect((await xsnn(...line.split(" "), ...onNode)).code).toBe(0);
    expect(readdirSync("tensors/node/0").sort()).toEqual(["t0.npy", "t2.npy"]);
    const { data, shape } = parse(Uint8Array.from(readFileSync("tensors/node/0/t2.npy")).buffer);
    expect([...(data as Int8Array)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(shape).toEqual([1, 2, 3, 1]);
  });

  it("compares real XS with Node, unless told otherwise", async () => {
    const { code, out } = await xsnn("validate", "running.tflite", "--random", "2");
    expect(out).toBe("identical on node and xs: 2 vectors, 4 tensors, 32 bytes compared\n");
    expect(code).toBe(0);
  });

  it("refuses to run on nothing", async () => {
    const called = await xsnn("validate", "image.tflite", "--random", "0", ...onNode);
    expect([called.code, codesOf(called)]).toEqual([1, ["input-needed"]]);
  });
});
