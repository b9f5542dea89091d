/** `--optimize` and `--updatable`, on every command that compiles a model. */
import { writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { boardPlan, openBoard } from "../../codegen/cli/on-board.js";
import { fakeEngine } from "./fake-engine.js";
import { codesOf, inEmptyFolder, withEngines, writeModel, xsnn } from "./harness.js";
import { identity } from "./models.js";

describe.each([
  ["compile", ""],
  ["run", "--input input.json"],
  ["validate", "--random 1"],
  ["fit", "--board esp32-c3"],
  ["bench", "--board esp32-c3"],
])("xsnn %s", (command, rest) => {
  inEmptyFolder();
  beforeEach(() => {
    writeModel("model.tflite", identity([1, 4]));
    writeFileSync("input.json", "[[0, 0, 0, 0]]");
  });
  const engines = { xs: fakeEngine("xs"), "qemu-rv32": fakeEngine("qemu-rv32") };
  const call = (model: string, options: string) =>
    withEngines(engines, command, model, ...`${rest} ${options} --json`.split(" ").filter(Boolean));

  it("refuses a goal that there is not", async () => {
    const called = await call("model.tflite", "--optimize beauty");
    expect([called.code, codesOf(called)]).toEqual([1, ["arguments"]]);
  });

  it("refuses a list of layers with a gap", async () => {
    const called = await call("model.tflite", "--updatable output0,");
    expect([called.code, codesOf(called)]).toEqual([1, ["arguments"]]);
  });

  it("refuses each layer that the model does not have", async () => {
    const called = await call("model.tflite", "--updatable conv,output0,dense");
    const problems = command === "bench" ? JSON.parse(called.out).failed[0].problems : undefined;
    const codes = problems?.map(({ code }: { code: string }) => code) ?? codesOf(called);
    expect([called.code, codes]).toEqual([1, ["layer-unknown", "layer-unknown"]]);
    expect(called.out).toContain('no layer is called \\"dense\\"');
  });

  it("takes layers that it has, all of them, and every goal", async () => {
    for (const options of ["--updatable output0", "--updatable all", "--optimize size", "--optimize ram"]) {
      const { out } = await call("model.tflite", options);
      expect(JSON.parse(out), options).not.toHaveProperty("problems");
    }
  });
});

describe("an artifact", () => {
  inEmptyFolder();

  it("cannot be optimized any more", async () => {
    writeModel("model.tflite", identity([1, 4]));
    await xsnn("compile", "model.tflite");
    const called = await xsnn("fit", "model", "--optimize", "size", "--json");
    expect([called.code, codesOf(called)]).toEqual([1, ["compiled-already"]]);
    expect((await xsnn("fit", "model", "--json")).code).toBe(0);
  });
});

it.each([
  ["esp32-c3", { flashBytes: Math.floor((4_128_768 - 1_200_000) / 1.03) }],
  ["esp32", { chunkBytes: 131_072 - 4096 }],
  [
    "esp8266",
    { chunkBytes: 51_200 - 12_288 - 4096 - 16 * (79 + 512 + 400), flashBytes: Math.floor(394_464 / 1.03) },
  ],
  ["host-node", {}],
])("the planner is told what %s has", async (name, told) => {
  const cli = {
    io: { out: () => {}, err: () => {}, debug: false },
    engine: async () => fakeEngine(name),
    answerNo() {},
  };
  const plan = boardPlan(await openBoard(cli, name));
  expect(plan).toMatchObject(told);
  if (name === "host-node") expect(plan).toEqual({});
});
