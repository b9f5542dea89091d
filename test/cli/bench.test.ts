import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { type FakeEngine, fakeEngine } from "./fake-engine.js";
import { codesOf, folderNames, inEmptyFolder, withEngines, writeModel } from "./harness.js";
import { identity, runningMaximum } from "./models.js";

const TFLM = new URL("../../../shared/golden/tflm-rv32imc.json", import.meta.url);

describe("xsnn bench", () => {
  inEmptyFolder();
  let rv32: FakeEngine;
  let lx106: FakeEngine;

  beforeEach(() => {
    writeModel("four.tflite", identity([1, 4]));
    writeModel("running.tflite", runningMaximum(2));
    rv32 = fakeEngine("qemu-rv32");
    lx106 = fakeEngine("qemu-lx106");
  });

  const bench = (line: string) =>
    withEngines({ "qemu-rv32": rv32, "qemu-lx106": lx106 }, "bench", ...line.split(" ").filter(Boolean));

  it("measures every model on every board", async () => {
    const { code, out, err } = await bench("four.tflite running.tflite -b esp32-c3 -b esp8266 --json");
    expect([code, err]).toEqual([0, ""]);
    const { rows, failed } = JSON.parse(out);
    expect(failed).toEqual([]);
    const cases = rows.map(({ model, board, engine }: Record<string, string>) => [model, board, engine]);
    expect(cases).toEqual([
      ["four", "esp32-c3", "qemu-rv32"],
      ["four", "esp8266", "qemu-lx106"],
      ["running", "esp32-c3", "qemu-rv32"],
      ["running", "esp8266", "qemu-lx106"],
    ]);
    expect(rows[0]).toMatchObject({
      form: "rolled",
      isa: "rv32imc",
      macs: 0,
      instructions: 5000,
      ramBytes: 1000 + 16 * 140,
      flashBytes: 3240,
      layers: [{ op: 0, kind: "MAXIMUM", name: "output0", instructions: 5000, inCollections: 500 }],
    });
    expect(rows[2].layers).toHaveLength(3);
    expect(rows[0].predicted.milliseconds.low).toBeGreaterThan(0);
    expect(folderNames()).toEqual(["four.tflite", "running.tflite"]);
  });

  it("gives the same input every time, and the board's machine", async () => {
    await bench("four.tflite -b esp32-c3");
    await bench("four.tflite -b esp32-c3");
    const [first, second] = rv32.jobs;
    expect(first.vectors).toEqual(second.vectors);
    expect(first.vectors.map((steps) => steps.length)).toEqual([1]);
    expect(first.machine).toEqual(second.machine);
    expect(first.machine!.block!.bytes).toBe(94_208);
    await bench("four.tflite -b esp8266");
    expect(lx106.jobs[0].machine!.block!.bytes).toBe(32_768);
  });

  it("prints a table, and says what its columns are not", async () => {
    const { out } = await bench("running.tflite -b esp32-c3 -b esp32-s3");
    expect(out).toMatch(/^running +esp32-c3 +rolled +15,000 +3,240 +3,240 +/m);
    expect(out).toMatch(/^running +esp32-s3 \* +rolled +15,000 /m);
    expect(out).toContain("* No engine here runs lx7: instructions are those of rv32imc");
    expect(out).toContain("they are not esp32-s3's");
    expect(out).toContain("predictions from assumptions, no measurement");
  });

  it("prints CSV, with a field for every title", async () => {
    writeFileSync("bad.tflite", "not a model at all");
    const { code, out } = await bench("four.tflite bad.tflite -b esp32-c3 --csv");
    expect(code).toBe(1);
    const rows = out
      .trimEnd()
      .split("\r\n")
      .map((line) => line.split(","));
    expect(rows.map(({ length }) => length)).toEqual([17, 17, 17]);
    const field = (row: number, title: string) => rows[row][rows[0].indexOf(title)];
    expect(field(1, "instructions")).toBe("5000");
    expect(field(1, "instructions_per_mac")).toBe("");
    expect(Number(field(1, "predicted_ms_high"))).toBeGreaterThan(0);
    expect([field(2, "model"), field(2, "problem")]).toEqual(["bad", "file-identifier"]);
  });

  it.runIf(existsSync(TFLM))("sets counts of rv32imc beside TFLM's, and no others", async () => {
    const reference = JSON.parse(readFileSync(TFLM, "utf8")).hello_world_int8.tflm_instructions;
    const { out } = await bench("hello_world_int8 -b esp32-c6 -b esp8266 --json");
    const [c6, esp8266] = JSON.parse(out).rows;
    expect(c6.tflmInstructions).toBe(reference);
    expect(c6.ratioToTflm).toBeCloseTo(c6.instructions / reference, 9);
    expect(esp8266.tflmInstructions).toBeUndefined();
  });

  it("knows the shipped model by its name", async () => {
    const { out } = await bench("digits -b esp32-c3 --json");
    expect(JSON.parse(out).rows).toMatchObject([{ model: "digits", macs: 97_936 }]);
  });

  it("takes a path that there is before a name", async () => {
    await withEngines({}, "compile", "four.tflite", "-o", "digits");
    const { out } = await bench("digits -b esp32-c3 --json");
    expect(JSON.parse(out).rows).toMatchObject([{ model: "digits", macs: 0 }]);
  });

  it("calls a file that is named as any model after its folder", async () => {
    mkdirSync("wake");
    writeModel("wake/model.tflite", identity([1, 4]));
    const { out } = await bench("wake/model.tflite -b esp32-c3 --json");
    expect(JSON.parse(out).rows).toMatchObject([{ model: "wake" }]);
  });

  it("measures what can be measured, tells of the rest and exits with 1", async () => {
    writeModel("large.tflite", identity([1, 300, 300, 3]));
    const { code, out } = await bench("large.tflite four.tflite none.tflite -b esp32-c3");
    expect(code).toBe(1);
    expect(out).toMatch(/^four +esp32-c3 +rolled +5,000 /m);
    expect(out).toMatch(/^large on esp32-c3: the model needs .* short \[board-too-small\]$/m);
    expect(out).toMatch(/^none on esp32-c3: cannot read none.tflite.*\[file-not-readable\]$/m);
    const { failed } = JSON.parse((await bench("none.tflite -b esp32-c3 --json")).out);
    expect(failed).toMatchObject([
      { model: "none", board: "esp32-c3", problems: [{ code: "file-not-readable" }] },
    ]);
  });

  describe("--profile", () => {
    it("draws layers in the terminal and writes a page that needs nothing else", async () => {
      const { code, out } = await bench("running.tflite -b esp32-c3 --profile page/running.html");
      expect(code).toBe(0);
      expect(out).toMatch(/^ *3 +MAXIMUM "after" +█{24} +5,000 +33.3 % +500$/m);
      expect(out).toContain("Profile written to page/running.html");
      const page = readFileSync("page/running.html", "utf8");
      expect(page).toContain("MAXIMUM");
      expect(page).not.toMatch(/<script|https?:/);
    });

    it("has a default file", async () => {
      await bench("running.tflite -b esp32-c3 --json --profile");
      expect(folderNames()).toContain("xsnn-profile.html");
    });

    it("never writes over a model that follows it", async () => {
      const before = readFileSync("four.tflite");
      const called = await bench("--json --profile four.tflite");
      expect([called.code, codesOf(called)]).toEqual([1, ["arguments"]]);
      expect(readFileSync("four.tflite")).toEqual(before);
    });

    it("is refused on an engine that counts no instructions", async () => {
      const called = await bench("four.tflite -b host-node --profile --json");
      expect([called.code, codesOf(called)]).toEqual([1, ["bench-not-counted"]]);
      expect(folderNames()).toEqual(["four.tflite", "running.tflite"]);
    });
  });

  describe("with a baseline", () => {
    const models = "four.tflite running.tflite -b esp32-c3 --baseline base.json";
    beforeEach(() => bench(`${models} --update`));

    it("has nothing to tell where nothing changed", async () => {
      const { code, out } = await bench(`${models} --check`);
      expect(code).toBe(0);
      expect(out).toContain("2 rows of the baseline compared: 0 figures worse, 0 better.\n");
    });

    it("tells what got slower and bigger, and exits with 1", async () => {
      rv32.instructionsPerLayer = 5100;
      rv32.chunkBytes = 1100;
      const { code, out } = await bench(`${models} --check`);
      expect(code).toBe(1);
      expect(out).toMatch(
        /^Slower or bigger by more than 1 %:\n\n.*\nfour +esp32-c3 +5,000 +5,100 +\+2.0 % +instructions$/m,
      );
      expect(out).toMatch(/^running +esp32-c3 +3,240 +3,340 +\+3.1 % +bytes of RAM$/m);
      expect(out).toContain("4 figures worse, 0 better");
    });

    it("tells what got better, and exits with 0", async () => {
      rv32.instructionsPerLayer = 2500;
      const { code, out } = await bench(`${models} --check`);
      expect(code).toBe(0);
      expect(out).toMatch(
        /^Better by more than 1 %:\n\n.*\nfour +esp32-c3 +5,000 +2,500 +-50.0 % +instructions$/m,
      );
    });

    it("looks only at the models and boards that it is asked for", async () => {
      const some = JSON.parse(
        (await bench("four.tflite -b esp32-c3 --baseline base.json --check --json")).out,
      );
      expect(some.changes).toMatchObject({ compared: 1, unmeasured: [], added: [] });
      const other = JSON.parse(
        (await bench("four.tflite -b esp8266 --baseline base.json --check --json")).out,
      );
      expect(other.changes).toMatchObject({ compared: 0, added: [{ model: "four", board: "esp8266" }] });
    });

    it("fails where counts are of another engine", async () => {
      const faster = { ...rv32, name: "qemu-rv32-fast" };
      const argv = `bench ${models} --check --json`.split(" ");
      const { code, out } = await withEngines({ "qemu-rv32": faster }, ...argv);
      expect(code).toBe(1);
      expect(JSON.parse(out).changes.incomparable).toHaveLength(2);
    });

    it("is not replaced where a model fails", async () => {
      const before = readFileSync("base.json");
      const { code, out } = await bench("four.tflite none.tflite -b esp32-c3 --baseline base.json --update");
      expect(code).toBe(1);
      expect(out).toContain("Baseline not written");
      expect(readFileSync("base.json")).toEqual(before);
    });
  });

  it.each([
    ["a board that is unknown", "board-unknown", "four.tflite -b esp33 --json"],
    ["a baseline that is absent", "file-not-readable", "four.tflite --baseline none.json --check --json"],
    ["a baseline that is none", "baseline-malformed", "four.tflite --baseline four.json --check --json"],
    ["to check and update at once", "arguments", "four.tflite --check --update --json"],
    ["JSON and CSV at once", "arguments", "four.tflite --json --csv"],
  ])("refuses %s before anything runs", async (_, code, line) => {
    writeFileSync("four.json", "[]");
    const called = await bench(line);
    expect([called.code, codesOf(called)]).toEqual([1, [code]]);
    expect(rv32.jobs).toEqual([]);
  });
});
