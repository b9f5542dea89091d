import { describe, expect, it } from "vitest";
import { engineByName } from "../../boards/index.js";
import { xsArchive } from "../../boards/xs/archive.js";
import { tinyArtifact } from "./tiny-artifact.js";

/** A compiled module by hand: two names, of which the second is used first, a string, and no lines. */
function compiled(): Buffer {
  const symbols = Buffer.from("\x03\x00first\0second\0", "latin1");
  const code = Buffer.from([10, 2, 0, 20, 0, 0, 30, 1, 0, 40]);
  const words = (...values: number[]) => Buffer.from(Int32Array.from(values).buffer);
  const padding = Buffer.alloc(-(symbols.length + code.length) & 3);
  return Buffer.concat([
    words(symbols.length, code.length, 1, 3, 1),
    symbols,
    code,
    padding,
    words(7, 7), // a line
    words(0, 3, 6), // names
    words(9), // a copy
  ]);
}

/** Atoms one after another, by type and content. */
function atoms(bytes: Buffer): [type: string, content: Buffer][] {
  const found: [string, Buffer][] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at))
    found.push([
      bytes.toString("latin1", at + 4, at + 8),
      bytes.subarray(at + 8, at + bytes.readUInt32BE(at)),
    ]);
  return found;
}

describe("an XS archive", () => {
  const archive = xsArchive("a.mod", [["m", compiled()]], [["m/weights.bin", Buffer.from("data!")]]);

  it("has the atoms that XS looks for, in order", () => {
    const [[type, content], ...more] = atoms(archive);
    expect([type, more]).toEqual(["XS_A", []]);
    expect(atoms(content).map(([name, { length }]) => [name, length])).toEqual([
      ["VERS", 4],
      ["SIGN", 16],
      ["NAME", 6],
      ["SYMB", 16],
      ["IDEN", 6],
      ["MAPS", 6],
      ["MODS", 28],
      ["RSRC", 35],
    ]);
  });

  it("lists names as they are used, and leaves their places in the code empty", () => {
    const parts = new Map(atoms(atoms(archive)[0][1]));
    expect(parts.get("SYMB")!.toString("latin1")).toBe("\x03\x00\0second\0first\0");
    expect([...new Uint16Array(Uint8Array.from(parts.get("MAPS")!).buffer)]).toEqual([1, 0, 2]);
    const [[, path], [, code]] = atoms(parts.get("MODS")!);
    expect(path.toString()).toBe("m\0");
    expect([...code]).toEqual([10, 0, 0, 20, 0, 0, 30, 0, 0, 43]);
  });

  it("has data at multiples of four bytes, whatever the names are", () => {
    for (let length = 1; length < 9; length++) {
      const data = ["a", "b"].map((name) => [name.repeat(length), Buffer.from("odd")] as const);
      const one = xsArchive("n".repeat(length), [], data);
      for (let at = one.indexOf("DATA"); at >= 0; at = one.indexOf("DATA", at + 1)) {
        expect((at + 4) % 4).toBe(0);
        expect(one.toString("latin1", at + 4, at + 7)).toBe("odd");
      }
    }
  });
});

describe.each(["xs", "qemu-rv32", "qemu-lx106"])("a mod on %s", (name) => {
  const job = { artifact: tinyArtifact(), module: "tiny", vectors: [[Uint8Array.of(1, 2, 3, 4)]] };

  it("computes what the same modules in the firmware do", async () => {
    const engine = engineByName(name);
    const [mod, firmware] = [await engine.run({ ...job, isMod: true }), await engine.run(job)];
    expect(mod.vectors[0].outputs).toEqual(firmware.vectors[0].outputs);
  });

  it("takes RAM for what firmware keeps in flash, and flash for its code and data only", async () => {
    const engine = engineByName(name);
    const [mod, firmware] = [await engine.run({ ...job, isMod: true }), await engine.run(job)];
    const [inMod, inFirmware] = [mod.counters, firmware.counters];
    expect(inMod.heap!.loadedSlots).toBeGreaterThan(inFirmware.heap!.loadedSlots + 200);
    expect(inMod.flash!.modelFrozenBytes).toBe(0);
    expect(inMod.flash!.constantBytes).toBe(inFirmware.flash!.constantBytes);
  });

  it("ends where its module throws", async () => {
    const engine = engineByName(name);
    const broken = tinyArtifact({ inModule: "throw new Error('no');" });
    await expect(engine.run({ ...job, artifact: broken, isMod: true })).rejects.toMatchObject({
      problems: [{ code: "engine-exception", details: { message: "Error: no" } }],
    });
  });
});
