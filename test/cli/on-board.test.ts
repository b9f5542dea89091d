import { readFileSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../boards/engine.js";
import { engineByName } from "../../boards/index.js";
import { type FakeEngine, fakeEngine } from "./fake-engine.js";
import { codesOf, inEmptyFolder, withEngines, writeModel, xsnn } from "./harness.js";
import { identity } from "./models.js";

const C3 = new URL("../../boards/descriptions/esp32-c3.json", import.meta.url);

describe("--board", () => {
  inEmptyFolder();
  let rv32: FakeEngine;

  beforeEach(() => {
    writeModel("four.tflite", identity([1, 4]));
    writeFileSync("a.bin", Int8Array.of(-128, 127, 0, 127));
    writeFileSync("b.bin", Int8Array.of(1, 2, 4, 3));
    rv32 = fakeEngine("qemu-rv32");
  });

  const call = (line: string) => withEngines({ "qemu-rv32": rv32 }, ...line.split(" "));

  it("of `run` gives results as ever, and what they took", async () => {
    const { code, out, err } = await call("run four.tflite --input a.bin b.bin --top 1 --board esp32-c3");
    expect([code, err]).toEqual([0, ""]);
    expect(out.slice(0, out.indexOf("Predicted"))).toBe(`a.bin
  1  1
b.bin
  2  0.517647

esp32-c3: ESP32-C3-DevKitM-1, on qemu-rv32

One inference, the mean of 2:
   Layer                                        Instructions    Share  A MAC  In collections
0  MAXIMUM "output0"  ████████████████████████         5,000  100.0 %                    500
   All                                                 5,000  100.0 %                    500

Instructions: 10,000
Peak chunks: 1,500 bytes
Peak slots:  120 slots of 16 bytes
Peak stack:  40 slots of 16 bytes
Live peak:   1,000 bytes of chunks and 100 slots; collections: 2
Flash:       3,000 bytes of bytecode, 40 bytes of frozen objects, 200 bytes of weights
XS machine: 94,208 bytes, the default of esp32/esp32c3
`);
    expect(out).toMatch(/\nPredicted, not measured: [\d.]+ to [\d.]+ ms, [\d.]+ to [\d.]+ mJ an inference\n/);
    expect(out).toMatch(
      /\n {2}assumed for esp32-c3: cycles per instruction [\d.]+ to [\d.]+, flash misses .*\n$/,
    );
  });

  it("of `run --json` adds the board, its machine, layers and predictions", async () => {
    const { out } = await call("run four.tflite --input a.bin --board esp32-c6 --json");
    const { engine, board, counters } = JSON.parse(out);
    expect(engine).toBe("qemu-rv32");
    expect(counters.instructions).toBe(5000);
    expect(board).toMatchObject({ name: "esp32-c6", isa: "rv32imc", inferences: 1 });
    expect(board.standInFor).toBeUndefined();
    expect(board.machine).toMatchObject(rv32.jobs[0].machine!);
    expect(board.layers).toMatchObject([{ kind: "MAXIMUM", instructions: 5000, inCollections: 500 }]);
    const { low, value, high } = board.predicted.milliseconds;
    expect(low <= value && value <= high && low > 0).toBe(true);
  });

  it.each([
    ["esp32", "lx6"],
    ["esp32-s2", "lx7"],
    ["esp32-s3", "lx7"],
  ])("never calls a stand-in's count %s's", async (board, isa) => {
    const line = `run four.tflite --input a.bin --board ${board}`;
    const { out } = await call(line);
    expect(out).toContain(
      `No engine here runs ${isa}: instructions are those of rv32imc, which stands in for it; they are not ${board}'s.\n`,
    );
    expect(out).toContain("instructions for one of the stand-in's");
    expect(JSON.parse((await call(`${line} --json`)).out).board).toMatchObject({
      standInFor: isa,
      isa: "rv32imc",
    });
  });

  it("takes a description of one's own", async () => {
    const mine = { ...JSON.parse(readFileSync(C3, "utf8")), name: "mine" };
    writeFileSync("mine.json", JSON.stringify(mine));
    const { out } = await call("run four.tflite --input a.bin --board mine.json");
    expect(out).toContain("\nmine: ESP32-C3-DevKitM-1, on qemu-rv32\n");
  });

  it("refuses a model that its flash has no room for, saying how much is short", async () => {
    const mine = { ...JSON.parse(readFileSync(C3, "utf8")), name: "full" };
    mine.flash.appBytes.value = mine.flash.firmwareBytes.value + 100;
    writeFileSync("full.json", JSON.stringify(mine));
    const { code, err } = await call("run four.tflite --input a.bin --board full.json");
    expect(code).toBe(1);
    expect(err).toMatch(/needs \d+ bytes of flash and full has 100: \d+ short \[board-too-small\]/);
    expect(rv32.jobs).toEqual([]);
  });

  it("of this computer runs there, with nothing predicted", async () => {
    const { code, out } = await xsnn(..."run four.tflite --input a.bin --board host-node --top 1".split(" "));
    expect([code, out]).toEqual([0, "a.bin\n  1  1\n\nhost-node: Node on this computer, on node\n"]);
  });

  it("of `validate` compares the board's engine, with the board's memory", async () => {
    const node = engineByName("node");
    const recorded: Engine = {
      ...node,
      name: "qemu-rv32",
      run: (job) => {
        rv32.jobs.push(job);
        return node.run(job);
      },
    };
    const line = "validate four.tflite --random 3 --board esp32-c3";
    const { code, out } = await withEngines({ "qemu-rv32": recorded }, ...line.split(" "));
    expect(code).toBe(0);
    expect(out).toMatch(/^identical on node and qemu-rv32: 3 vectors/);
    expect(rv32.jobs[0].machine!.stackSlots).toBe(384);
  });

  it.each([
    ["a board that is unknown", "board-unknown", "run four.tflite --input a.bin --board esp33"],
    ["a file that is no board", "board-malformed", "run four.tflite --input a.bin --board a.json"],
    ["an absent file", "file-not-readable", "run four.tflite --input a.bin --board none.json"],
    ["a model that is too large", "board-too-small", "run large.tflite --input a.bin --board esp32-c3"],
    ["a model that is too large", "board-too-small", "validate large.tflite --board esp32-c3"],
    ["an engine beside", "arguments", "run four.tflite --input a.bin --board esp32-c3 --engine xs"],
    ["a machine beside", "arguments", "run four.tflite --input a.bin --board esp32-c3 --machine 1,2,3"],
    ["an engine beside", "arguments", "validate four.tflite --board esp32-c3 --engine xs"],
  ])("refuses %s before anything runs", async (_, code, line) => {
    writeFileSync("a.json", "{");
    writeModel("large.tflite", identity([1, 300, 300, 3]));
    const called = await call(`${line} --json`);
    expect([called.code, codesOf(called)]).toEqual([1, [code]]);
    expect(rv32.jobs).toEqual([]);
  });
});
