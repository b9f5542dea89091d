import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boardByName, boards, parseBoard } from "../../boards/board.js";
import { Refusal } from "../../codegen/problems/problem.js";
import { chip, chips } from "./chips.js";

const encode = (document: unknown) => new TextEncoder().encode(JSON.stringify(document));

/** The problems of a description, as `code field`. */
function problemsOf(bytes: Uint8Array): string[] {
  try {
    parseBoard(bytes, "mine.json");
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.problems.map((problem) =>
      problem.code === "board-field" ? `${problem.details.field}: ${problem.details.expected}` : problem.code,
    );
  }
}

/** A good description with one field replaced; undefined removes it. */
function spoiled(path: string, value: unknown): Uint8Array {
  const document = JSON.parse(JSON.stringify(chip("esp32-c3")));
  const names = path.split(".");
  const last = names.pop()!;
  const parent = names.reduce((object, name) => object[name], document);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return encode(document);
}

describe("the boards", () => {
  it("are those that the project promises, each in a file of its name", async () => {
    const names = (await boards()).map(({ name }) => name);
    expect(names).toEqual([
      "esp32",
      "esp32-c3",
      "esp32-c6",
      "esp32-h2",
      "esp32-s2",
      "esp32-s3",
      "esp32-s3-psram",
      "esp8266",
      "host-node",
      "host-xs",
    ]);
    const files = readdirSync(new URL("../../boards/descriptions/", import.meta.url));
    expect(files.sort()).toEqual(names.map((name) => `${name}.json`).sort());
  });

  it("are found by name", async () => {
    expect((await boardByName("esp32-h2")).title).toBe("ESP32-H2-DevKitM-1");
    await expect(boardByName("esp32c3")).rejects.toMatchObject({
      problems: [{ code: "board-unknown", details: { known: expect.arrayContaining(["esp32-c3"]) } }],
    });
  });

  it("have a flash layout without overlaps", () => {
    for (const { name, flash } of chips) {
      const starts = [flash.bootloaderOffset, flash.partitionTableOffset, flash.appOffset];
      const offsets = starts.filter((start) => start !== null).map(({ value }) => value);
      expect(offsets, name).toEqual([...new Set(offsets)].sort((a, b) => a - b));
      expect(flash.appOffset.value + flash.appBytes.value, name).toBeLessThanOrEqual(flash.bytes.value);
      expect(flash.firmwareBytes.high, name).toBeLessThan(flash.appBytes.value);
    }
  });

  it("give a program no more memory than the chip has", () => {
    for (const { name, memory, sramBytes, psramBytes } of chips) {
      expect(memory.freeBytes.value, name).toBeLessThan(sramBytes.value + psramBytes.value);
      expect(memory.freeWifiBytes?.value ?? 0, name).toBeLessThanOrEqual(memory.freeBytes.value);
      expect(memory.largestBlockBytes.value, name).toBeLessThanOrEqual(memory.freeBytes.value);
    }
  });

  it("name a stand-in exactly where they are no RISC-V", () => {
    for (const { isa, speed } of chips) expect(speed.standIn === null).toBe(isa.startsWith("rv32"));
  });
});

describe("a description", () => {
  it("is read back as it was written", () => {
    for (const board of chips) expect(parseBoard(encode(board), "mine.json")).toEqual(board);
  });

  it.each<[string, unknown, string]>([
    ["name", "ESP 32", "lower case letters, digits and dashes, such as esp32-c3"],
    ["name", "a".repeat(10_000), "lower case letters, digits and dashes, such as esp32-c3"],
    ["title", "two\nlines", "a text"],
    ["title", "\u202eright to left", "a text"],
    ["isa", "arm", "one of rv32imc, rv32imac, lx106, lx6, lx7"],
    ["isa", undefined, "one of rv32imc, rv32imac, lx106, lx6, lx7"],
    ["kind", "toaster", '"chip"'],
    ["cores", 2, "an object"],
    ["flash", [], "an object"],
    ["clockMegahertz.value", -1, "a number from 1 to 10000"],
    ["clockMegahertz.value", "160", "a number from 1 to 10000"],
    ["sramBytes.value", 1e300, "a number from 0 to 1073741824"],
    ["sramBytes.source", undefined, "a sentence"],
    ["sramBytes.source", " ", "a sentence"],
    ["power.activeMilliamps.low", 50, "low ≤ value ≤ high"],
    ["speed.cyclesPerInstruction.high", undefined, "a number from 0.1 to 100"],
    ["moddable.platform", "../../etc/passwd", "a platform of Moddable such as esp32/esp32c3 or esp/nodemcu"],
    ["moddable.creation.stack", 1.5, "an integer from 1 to 65536"],
    ["moddable.creation.heap", null, "an object"],
    ["extra", 1, "absent"],
    ["flash.__proto", 1, "absent"],
  ])("whose %s is %j is refused", (path, value, expected) => {
    const [field] = problemsOf(spoiled(path, value));
    expect(field.endsWith(`: ${expected}`), field).toBe(true);
    expect(path.startsWith(field.split(": ")[0].replace(/\.\w+$/, "")), field).toBe(true);
  });

  it("names every field that is wrong", () => {
    const document = JSON.parse(JSON.stringify(chip("esp32-c3")));
    document.cores = 1;
    document.power.volts.value = 0;
    delete document.memory;
    expect(problemsOf(encode(document)).map((problem) => problem.split(":")[0])).toEqual([
      "cores",
      "memory",
      "power.volts.value",
    ]);
  });

  it("of a chip that is no RISC-V needs a stand-in", () => {
    const document = { ...chip("esp32"), speed: { ...chip("esp32").speed, standIn: null } };
    expect(problemsOf(encode(document))).toEqual(["speed.standIn: an object, since lx6 is no RISC-V"]);
  });

  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["no UTF-8", "\xff"],
    ["a list nested without end", "[".repeat(60_000)],
  ])("that is %s is refused", (_, text) => {
    expect(problemsOf(Buffer.from(text, "latin1"))).toEqual(["board-malformed"]);
  });

  it.each([[[]], ["text"], [null], [42], [{}]])("that is %j is refused", (document) => {
    expect(problemsOf(encode(document))).not.toEqual([]);
  });

  it("of any other shape is refused, and never breaks the reader", () => {
    const text = readFileSync(new URL("../../boards/descriptions/esp32.json", import.meta.url), "utf8");
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 8 }), (at, insert) => {
        const document = text.slice(0, at) + insert + text.slice(at + 1);
        try {
          parseBoard(new TextEncoder().encode(document), "mine.json");
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.json(), (document) => {
        expect(problemsOf(new TextEncoder().encode(document))).not.toEqual([]);
      }),
    );
  });
});
