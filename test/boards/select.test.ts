import { describe, expect, it } from "vitest";
import { boards } from "../../boards/board.js";
import { engineByName } from "../../boards/index.js";
import { machineOf } from "../../boards/machine.js";
import { selectEngine } from "../../boards/select.js";

const all = await boards();
const selections = Object.fromEntries(all.map((board) => [board.name, selectEngine(board)]));

describe("selectEngine", () => {
  it("runs a board's own instructions where an engine has them", () => {
    const rv32 = { engine: "qemu-rv32", isa: "rv32imc" };
    for (const name of ["esp32-c3", "esp32-c6", "esp32-h2"]) expect(selections[name]).toEqual(rv32);
    expect(selections.esp8266).toEqual({ engine: "qemu-lx106", isa: "lx106" });
    expect(selections["host-node"]).toEqual({ engine: "node" });
    expect(selections["host-xs"]).toEqual({ engine: "xs" });
  });

  it("says so where another instruction set stands in", () => {
    const standIn = { engine: "qemu-rv32", isa: "rv32imc" };
    expect(selections.esp32).toEqual({ ...standIn, standInFor: "lx6" });
    for (const name of ["esp32-s2", "esp32-s3", "esp32-s3-psram"])
      expect(selections[name]).toEqual({ ...standIn, standInFor: "lx7" });
  });

  it.each(Object.entries(selections))("names an engine that there is, for %s", (_, { engine }) => {
    expect(engineByName(engine).name).toBe(engine);
  });
});

describe("machineOf", () => {
  it("is the creation where each heap has a block of its own", () => {
    const creation = {
      static: 0,
      chunk: { initial: 78_848, incremental: 0 },
      heap: { initial: 4928, incremental: 0 },
      stack: 512,
    };
    expect(machineOf(creation)).toEqual({ chunkBytes: 78_848, slots: 4928, stackSlots: 512 });
  });

  it("begins with little and grows in a block that is shared", () => {
    const creation = {
      static: 94_208,
      chunk: { initial: 1536, incremental: 512 },
      heap: { initial: 512, incremental: 64 },
      stack: 384,
    };
    expect(machineOf(creation)).toEqual({
      chunkBytes: 1536,
      slots: 512,
      stackSlots: 384,
      block: { bytes: 94_208, chunkIncrement: 512, slotIncrement: 64 },
    });
  });
});
