import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { boards } from "../../boards/board.js";
import type { Engine } from "../../boards/engine.js";
import { codesOf, folderNames, inEmptyFolder, withEngines, writeModel, xsnn } from "./harness.js";
import { identity } from "./models.js";

const DESCRIPTION = new URL("../../boards/descriptions/esp32-c3.json", import.meta.url);

describe("xsnn fit", () => {
  inEmptyFolder();

  beforeEach(() => {
    writeModel("small.tflite", identity([1, 4]));
    writeModel("large.tflite", identity([1, 300, 300, 3]));
  });

  it("shows for every board whether a model fits, and writes nothing", async () => {
    const { code, out, err } = await xsnn("fit", "small.tflite");
    expect([code, err]).toEqual([0, ""]);
    const names = (await boards()).filter(({ kind }) => kind === "chip").map(({ name }) => name);
    expect([...out.matchAll(/^(esp[\w-]+) +yes +[\d,]+ +default +/gm)].map(([, name]) => name)).toEqual(
      names,
    );
    expect(out).toContain("estimated from the plan; --count counts them");
    expect(out).toContain("predictions from assumptions, no measurement");
    expect(out).toContain("one inference every 10 s");
    expect(folderNames()).toEqual(["large.tflite", "small.tflite"]);
  });

  it("says what is short, by how much, and exits with 1 for a board that was named", async () => {
    const { code, out } = await xsnn("fit", "large.tflite", "--board", "esp8266");
    expect(code).toBe(1);
    expect(out).toMatch(/^esp8266 +no /m);
    expect(out).toMatch(/^esp8266: [\d,]+ bytes of heap needed, 38,912 available, [\d,]+ short\.$/m);
    expect((await xsnn("fit", "large.tflite")).code).toBe(0);
    expect((await xsnn("fit", "large.tflite", "--board", "esp32-s3-psram")).code).toBe(0);
  });

  it("prints all of it as JSON", async () => {
    const { out } = await xsnn("fit", "large.tflite", "--json", "--battery", "500", "--duty", "2/h");
    const { model, battery, boards: fits } = JSON.parse(out);
    expect(model.memory.chunkBytes).toBeGreaterThan(270_000);
    for (const { instructions, bytecode } of fits)
      expect([instructions.isa, instructions.basis, bytecode.basis]).toEqual([
        "rv32imc",
        "estimated",
        "estimated",
      ]);
    expect(battery).toEqual({ milliampHours: 500, inferencesPerSecond: 2 / 3600 });
    const of = (name: string) => fits.find(({ board }: { board: string }) => board === name);
    expect(of("esp32").fits).toBe(false);
    expect(of("esp32").short[0]).toMatchObject({ what: "heap", needed: of("esp32").heap.needed });
    expect(of("esp32-s3-psram")).toMatchObject({
      fits: true,
      askedBy: "model",
      exceedsDefault: true,
      short: [],
    });
    const { low, value, high } = of("esp32-c3").predicted.milliseconds;
    expect(0 < low && low < value && value < high).toBe(true);
  });

  it("counts on each engine once, and estimates where the model runs on none of its boards", async () => {
    const ran: string[] = [];
    const engine = (name: string, instructions: number): Engine => ({
      name,
      about: "for tests",
      run: async ({ machine }) => {
        ran.push(name);
        expect(machine?.chunkBytes).toBeGreaterThan(0);
        const flash = {
          bytecodeBytes: 70,
          constantBytes: 0,
          frozenSlots: 9,
          frozenChunkBytes: 9,
          modelFrozenBytes: 7,
        };
        return { vectors: [], counters: { instructions, flash } };
      },
    });
    const engines = { "qemu-rv32": engine("qemu-rv32", 5e6), "qemu-lx106": engine("qemu-lx106", 7e6) };
    const { out } = await withEngines(engines, "fit", "small.tflite", "--count", "--json");
    expect(ran).toEqual(["qemu-rv32", "qemu-lx106"]);
    for (const { board, instructions, bytecode } of JSON.parse(out).boards) {
      const own = board === "esp8266" ? { isa: "lx106", value: 7e6 } : { isa: "rv32imc", value: 5e6 };
      expect(instructions).toMatchObject({ isa: own.isa, basis: "counted", count: { value: own.value } });
      expect(bytecode).toEqual({ bytes: 77, basis: "counted" });
    }
    const { out: text } = await withEngines(engines, "fit", "small.tflite", "--count");
    expect(text).toContain(
      "Instructions: 5,000,000 of rv32imc, counted.\nInstructions: 7,000,000 of lx106, counted.\n",
    );
    const { out: large } = await withEngines(
      engines,
      "fit",
      "large.tflite",
      "-b",
      "esp8266",
      "--count",
      "--json",
    );
    expect(JSON.parse(large).boards[0].instructions.basis).toBe("estimated");
  });

  it("takes an artifact as it takes the model", async () => {
    await xsnn("compile", "small.tflite", "-o", "small");
    expect(await xsnn("fit", "small", "--json")).toEqual(await xsnn("fit", "small.tflite", "--json"));
  });

  it("takes a description of one's own", async () => {
    const mine = JSON.parse(readFileSync(DESCRIPTION, "utf8"));
    mine.name = "mine";
    mine.memory.freeBytes.value = 60_000;
    mine.memory.freeWifiBytes = null;
    writeFileSync("mine.json", JSON.stringify(mine));
    const { code, out } = await xsnn("fit", "small.tflite", "--board", "mine.json", "--json");
    expect(code).toBe(0);
    // The default block of 94,208 bytes is more than this board has.
    expect(JSON.parse(out).boards).toMatchObject([{ board: "mine", fits: true, askedBy: "application" }]);
  });

  it.each([
    ["2/s", 2],
    ["1/day", 1 / 86400],
    ["every 10s", 0.1],
    ["every 2.5 min", 1 / 150],
  ])("understands --duty %j", async (duty, rate) => {
    const { out } = await xsnn("fit", "small.tflite", "--board", "esp32", "--duty", duty, "--json");
    expect(JSON.parse(out).battery.inferencesPerSecond).toBeCloseTo(rate, 12);
  });

  it.each([
    ["a board that is unknown", "board-unknown", ["--board", "esp32c3"]],
    ["this computer as a board", "board-is-host", ["--board", "host-xs"]],
    ["a description that is absent", "file-not-readable", ["--board", "none.json"]],
    ["a description that is a folder", "file-not-readable", ["--board", "folder.json"]],
    ["a description that is no JSON", "board-malformed", ["--board", "broken.json"]],
    ["a description of wrong fields", "board-field", ["--board", "wrong.json"]],
    ["a description that is huge", "file-too-large", ["--board", "huge.json"]],
    ["a duty that is none", "arguments", ["--duty", "often"]],
    ["a duty of nothing", "arguments", ["--duty", "0/s"]],
    ["a duty without end", "arguments", ["--duty", "every 0s"]],
    ["a battery without charge", "arguments", ["--battery", "0"]],
  ])("refuses %s", async (_, code, options) => {
    mkdirSync("folder.json");
    writeFileSync("broken.json", "{");
    writeFileSync("huge.json", " ".repeat(2 ** 17));
    writeFileSync("wrong.json", readFileSync(DESCRIPTION, "utf8").replace('"rv32imc"', '"arm"'));
    const called = await xsnn("fit", "small.tflite", ...options, "--json");
    expect([called.code, codesOf(called)]).toEqual([1, [code]]);
    const { out, err } = await xsnn("fit", "small.tflite", ...options);
    expect(out).toBe("");
    expect(err).toMatch(new RegExp(`^xsnn: .* \\[${code}\\]\n  .+\n$`));
  });

  it("lists the right names for a wrong one", async () => {
    const { err } = await xsnn("fit", "small.tflite", "--board", "esp32c3");
    expect(err).toContain('there is no board "esp32c3"; there are esp32, esp32-c3, esp32-c6');
  });

  it("refuses a plan whose figures are none", async () => {
    await xsnn("compile", "small.tflite", "-o", "small");
    const plan = JSON.parse(readFileSync("small/plan.json", "utf8"));
    plan.layers[0].longestStep = "many";
    writeFileSync("small/plan.json", JSON.stringify(plan));
    expect(codesOf(await xsnn("fit", "small", "--json"))).toEqual(["folder-not-artifact"]);
  });
});
