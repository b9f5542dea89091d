import { describe, expect, it } from "vitest";
import { boards, type ChipBoard } from "../../boards/board.js";
import { chooseMachine, machineFor, mostBytes } from "../../boards/machine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { constants } from "../../codegen/cost/constants.js";
import {
  creationBytes,
  creationFor,
  exceeds,
  FAMILY_DEFAULTS,
  manifestCreation,
  modelMemory,
} from "../../codegen/plan/creation.js";
import type { Refusal } from "../../codegen/problems/problem.js";
import { chip, chips } from "./chips.js";
import { tinyArtifact } from "./tiny-artifact.js";

const model = (arenaBytes: number) => modelMemory(arenaBytes, 1, 1);

/** Live chunk bytes and slots with so many instances of a model of two inputs and two outputs. */
async function counted(instances: number, hasInt16: boolean) {
  const artifact = new Map(tinyArtifact());
  const source = new TextDecoder().decode(artifact.get("tiny.js")).replace("export default class", "class");
  const more = `export default class Many extends Tiny {
    constructor() {
      super();
      this.list = null;
      for (let i = 1; i < ${instances}; i++) {
        const tiny = new Tiny();
        tiny.list = this.list;
        this.list = tiny;
      }
    }
  }\n`;
  const text = (source + more).replace("hasInt16: false", `hasInt16: ${hasInt16}`);
  artifact.set("tiny.js", new TextEncoder().encode(text));
  const { counters } = await xsEngine.run({ artifact, module: "tiny", vectors: [] });
  return counters.heap!;
}

describe("what a model takes", () => {
  it.each([false, true])("is what XS counts, with views of 16 bits: %s", async (hasInt16) => {
    const [one, five] = [await counted(1, hasInt16), await counted(5, hasInt16)];
    const property = 1; // `list`
    const slots = (five.loadedSlots - one.loadedSlots) / 4 - property;
    const layers = { planes: 0, laneBytes: 0, stackSlots: 0, hasInt16 };
    expect(modelMemory(20, 2, 2, layers).slots).toBe(slots);
    // A slot has 32 bytes here and a chunk's header 16: three headers and four items more than on a board.
    const chunkBytes = (five.loadedChunkBytes - one.loadedChunkBytes) / 4;
    expect(modelMemory(20, 2, 2).chunkBytes + 3 * 8 + 4 * 16).toBe(chunkBytes - 4); // the arena fills whole words of 8
  });

  it("counts what the layers take beside the arena", () => {
    const layers = { planes: 10, laneBytes: 5000, stackSlots: 300, hasInt16: false };
    const { chunkBytes, stackSlots } = modelMemory(1000, 1, 2, layers);
    expect(chunkBytes).toBe(modelMemory(1000, 1, 2).chunkBytes + 8 + 10 * 16 + 5000);
    expect(stackSlots - modelMemory(1000, 1, 2).stackSlots).toBe(300 - constants.rolledStackSlots);
  });
});

describe("the machine that a manifest asks for", () => {
  it("is the target's default while an application keeps a third of it", () => {
    expect(manifestCreation(model(52_000), "esp32")).toBeUndefined();
    expect(manifestCreation(model(53_000), "esp32")).toEqual({
      ...FAMILY_DEFAULTS.esp32,
      chunk: { initial: 79_872, incremental: 0 },
    });
    expect(manifestCreation(model(10_000), "esp")).toBeUndefined();
    expect(manifestCreation(model(17_000), "esp")?.static).toBe(33_792);
  });

  it("keeps what lives below 60 per cent of the chunks of a model that makes garbage", () => {
    const layers = { planes: 100, laneBytes: 50_000, stackSlots: 200, hasInt16: false };
    const memory = modelMemory(1000, 1, 1, layers);
    const { chunk } = creationFor(memory, FAMILY_DEFAULTS.esp32);
    expect(memory.chunkBytes).toBeLessThanOrEqual(0.6 * (chunk.initial - 78_848 / 3));
  });

  it("has room for a model's stack", () => {
    const small = { ...FAMILY_DEFAULTS.esp, stack: 100 };
    expect(creationFor(model(100), small).stack).toBe(model(100).stackSlots);
    expect(exceeds(creationFor(model(100), small), small)).toBe(true);
  });

  it("leaves an application a third of the C3's and S2's block wherever the default does", () => {
    const largest = model(52_000);
    expect(manifestCreation(largest, "esp32")).toBeUndefined();
    for (const { moddable } of chips.filter(({ moddable: { creation } }) => creation.static === 94_208))
      expect(exceeds(creationFor(largest, moddable.creation), moddable.creation)).toBe(false);
  });

  it("starts from the defaults that the boards have", () => {
    expect(chip("esp32").moddable.creation).toEqual(FAMILY_DEFAULTS.esp32);
    expect(chip("esp8266").moddable.creation).toEqual(FAMILY_DEFAULTS.esp);
  });
});

describe("the machine on a board", () => {
  const described = (arenaBytes: number, name: string) => {
    const { askedBy, exceedsDefault, withWifi, short } = chooseMachine(model(arenaBytes), chip(name));
    return { askedBy, exceedsDefault, withWifi, short: short.map(({ what }) => what) };
  };

  it.each([
    [2_000, "esp8266", "default", false, true],
    [2_000, "esp32-c3", "default", false, true],
    [55_000, "esp32-c3", "model", true, true],
    [55_000, "esp32-s2", "application", false, true],
    [120_000, "esp32-c3", "application", true, true],
    [150_000, "esp32-s2", "application", true, false],
    [400_000, "esp32-s3-psram", "model", true, true],
  ])("with an arena of %i bytes on %s: asked by %s", (arena, name, askedBy, exceedsDefault, withWifi) => {
    expect(described(arena, name)).toEqual({ askedBy, exceedsDefault, withWifi, short: [] });
  });

  it("says what is short, in bytes", () => {
    expect(described(150_000, "esp32").short).toEqual(["contiguous heap"]);
    const { creation, short } = chooseMachine(model(60_000), chip("esp8266"));
    expect(short).toEqual([
      { what: "heap", needed: creationBytes(creation), available: mostBytes(chip("esp8266"), false) },
      { what: "contiguous heap", needed: creation.static, available: 40 * 1024 },
    ]);
  });

  it("never takes more than the board has, nor less than the model needs", async () => {
    for (const board of (await boards()).filter((board): board is ChipBoard => board.kind === "chip"))
      for (let arena = 0; arena < 500_000; arena += 9_973) {
        const { creation, withWifi, short } = chooseMachine(model(arena), board);
        const chunkRoom = creation.static
          ? creation.static - (model(arena).slots + creation.stack) * 16
          : creation.chunk.initial;
        expect(chunkRoom).toBeGreaterThan(model(arena).chunkBytes);
        expect(short.length === 0).toBe(
          creationBytes(creation) <= mostBytes(board, withWifi) &&
            (creation.static || creation.chunk.initial) <= board.memory.largestBlockBytes.value,
        );
      }
  });

  it("is refused where it does not fit", () => {
    expect(machineFor(model(2_000), chip("esp8266")).short).toEqual([]);
    expect(() => machineFor(model(60_000), chip("esp8266"))).toThrow(
      expect.objectContaining({
        problems: [expect.objectContaining({ code: "board-too-small" })],
      }) as Refusal,
    );
  });

  it("has, by default, no more than the board gives with Wi-Fi", () => {
    for (const board of chips)
      expect(creationBytes(board.moddable.creation), board.name).toBeLessThanOrEqual(mostBytes(board, true));
  });
});
