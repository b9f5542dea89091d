/** What `xsnn split` writes, run on boards that the hub joins. */
import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { inEmptyFolder, xsnn } from "../cli/harness.js";
import { describeGolden, goldenModel } from "./golden.js";

const NAME = "kws_ref_int8";

describeGolden("a model over several boards", () => {
  inEmptyFolder();

  it.each([
    { where: "Node", boards: 2, count: 4, options: ["--engine", "node"] },
    ...[2, 3, 4].map((boards) => ({ where: "emulated ESP32-C3", boards, count: 1, options: [] })),
  ])("has the golden outputs: $boards times $where", async ({ boards, count, options }) => {
    const { model, vectors } = goldenModel(NAME, count);
    writeFileSync("model.tflite", model);
    const row = new Array(boards).fill("esp32-c3").join();
    await xsnn("split", "model.tflite", "--boards", row, "--link", "uart:3000000");
    for (const [i, { steps }] of vectors.entries()) writeFileSync(`${i}.bin`, steps[0]);
    const files = vectors.map((_, i) => `${i}.bin`);
    const { out, err } = await xsnn("run", "split/model", ...options, "--json", "--input", ...files);
    expect(err).toBe("");
    const { samples, split } = JSON.parse(out);
    expect(split.stages).toHaveLength(boards);
    for (const [i, { output }] of vectors.entries())
      expect(samples[i].outputs[0].values).toEqual([...new Int8Array(output)]);
  });
});
