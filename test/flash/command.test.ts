/** `xsnn flash` and `xsnn monitor` as they are typed, against a board at a pseudo-terminal without control lines. */
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { packUpdate, slotImage, type UpdateContent } from "../../codegen/store/pack.js";
import { inEmptyFolder, xsnn } from "../cli/harness.js";
import { type BoardOptions, EmulatedBoard } from "./board/board.js";
import { esp32c3, esp32s3 } from "./board/chips.js";
import { build, same, tableBytes, writeBuild, writesOf } from "./build.js";

inEmptyFolder();

let board: EmulatedBoard | undefined;
afterEach(async () => {
  await board?.close();
  board = undefined;
});

async function waiting(options: Partial<BoardOptions> = {}): Promise<EmulatedBoard> {
  board = await EmulatedBoard.open({ chip: esp32c3, ...options });
  board.restart(true);
  return board;
}

const FLASH = ["flash", "app", "--board", "esp32-c3"];
const BUILD = "app/build/esp32-c3";
const MOD = Buffer.from("\0\0\0\x10XS_A0123456789", "latin1");

const CONTENT: UpdateContent = {
  structure: "5".repeat(64),
  weights: new Uint8Array(5000).fill(7),
  counter: 2,
  vectors: [{ inputs: [new Uint8Array(3)], outputs: [new Uint8Array(2)] }],
};

describe("xsnn flash", () => {
  it("says with --dry-run what would be written where", async () => {
    writeBuild("app", await build("esp32-c3"));
    const { code, out, err } = await xsnn(...FLASH, "--dry-run");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^esp32-c3, ESP32-C3 with 4,194,304 bytes of flash$/m);
    expect(out).toMatch(
      /^bootloader +0x0 +20,000 +32,768 +[0-9a-f]{32} +app\/build\/esp32-c3\/bootloader\.bin$/m,
    );
    expect(out).toMatch(/^application +0x10000 +90,001 +3,145,728 +[0-9a-f]{32} /m);
    expect(out).toMatch(/nothing was written\n$/);
    const { out: asJson } = await xsnn(...FLASH, "--dry-run", "--json");
    expect(JSON.parse(asJson)).toMatchObject({
      written: false,
      images: [{ offset: 0, bytes: 20_000 }, {}, {}],
    });
  });

  it("writes, and says so", async () => {
    const made = await build("esp32-c3");
    writeBuild("app", made);
    const { pty, memory } = await waiting();
    const { code, out, err } = await xsnn(...FLASH, "--port", pty.path);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^written to \/dev\/\S+ and verified; the application starts$/m);
    for (const { offset, bytes } of writesOf(made))
      expect(same(memory.read(offset, bytes.length), bytes)).toBe(true);
    expect(board!.runs).toBe("application");
  });

  it("writes a mod and a model where the board's table has their partitions, and nothing else", async () => {
    const made = await build("esp32-c3");
    writeBuild("app", made);
    mkdirSync("demo-mod");
    writeFileSync("demo-mod/demo.xsa", MOD);
    const update = packUpdate(CONTENT, generateKeyPairSync("ed25519").privateKey);
    writeFileSync("model.xsnn", update);
    const { pty, memory } = await waiting();
    memory.bytes.set(tableBytes(), 0x8000);
    const before = memory.bytes.slice();
    const what = ["--mod", "demo-mod", "--store", "model.xsnn"];
    const { code, err } = await xsnn(...FLASH, "--port", pty.path, ...what);
    expect([code, err]).toEqual([0, ""]);
    expect(Buffer.from(memory.read(0x310000, MOD.length))).toEqual(MOD);
    const slot = slotImage(update);
    expect(same(memory.read(0x350000, slot.length), slot)).toBe(true);
    expect(memory.read(0x360000, 4096).every((byte) => byte === 255)).toBe(true);
    expect(same(memory.bytes.subarray(0, 0x310000), before.subarray(0, 0x310000))).toBe(true);
    expect(same(memory.bytes.subarray(0x361000), before.subarray(0x361000))).toBe(true);
  });

  it("refuses a mod for a board whose table is another", async () => {
    writeBuild("app", await build("esp32-c3"));
    writeFileSync("demo.xsa", MOD);
    const { pty } = await waiting();
    const { code, err } = await xsnn(...FLASH, "--port", pty.path, "--mod", "demo.xsa");
    expect(code).toBe(1);
    expect(err).toMatch(
      /the table on the board is no partition table .*\[partition-table-malformed\]\n.*nothing was written/,
    );
  });

  it("refuses the board that is not the one named", async () => {
    writeBuild("app", await build("esp32-c3"));
    const { pty, memory } = await waiting({ chip: esp32s3 });
    const { code, err } = await xsnn(...FLASH, "--port", pty.path);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^xsnn: the board at the port has the chip ESP32-S3, and esp32-c3 has ESP32-C3 \[chip-wrong\]\n/,
    );
    expect(memory.bytes.every((byte) => byte === 0x5a)).toBe(true);
  });

  it.each([
    [
      "is not built",
      [],
      /there is no app\/build\/esp32-c3\/flash\.json \[flash-not-built\]\n.*`xsnn build app --board esp32-c3`/,
    ],
    ["has no port", ["flash.json"], /no port is given.*\[port-needed\]/],
    ["has no mod", ["flash.json", "--mod", BUILD], /holds no mod/],
    [
      "has two mods",
      ["flash.json", "a.xsa", "b.xsa", "--mod", BUILD],
      /more than one mod: "a\.xsa", "b\.xsa"/,
    ],
    ["is no update", ["flash.json", "--store", `${BUILD}/flash.json`], /is no update: it does not begin/],
    [
      "is for another board",
      ["other board"],
      /is for the board "esp32-s3", not esp32-c3 \[flash-other-board\]/,
    ],
    ["lacks an image", ["no image"], /cannot read .*application\.bin/],
  ])("where what is to be written %s", async (_, what, expected) => {
    const made = await build("esp32-c3");
    if (what.length > 0) writeBuild("app", made);
    for (const file of what.filter((name) => name.endsWith(".xsa")))
      writeFileSync(`app/build/esp32-c3/${file}`, MOD);
    if (what[0] === "no image") rmSync("app/build/esp32-c3/application.bin");
    if (what[0] === "other board")
      writeFileSync("app/build/esp32-c3/flash.json", JSON.stringify({ ...made.file, board: "esp32-s3" }));
    const options = what.findIndex((it) => it.startsWith("--"));
    const { code, out, err } = await xsnn(...FLASH, ...(options < 0 ? [] : what.slice(options)));
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(expected);
  });

  it("refuses hosts, and chips whose ROM cannot do it alone", async () => {
    expect((await xsnn("flash", "app", "--board", "host-xs")).err).toMatch(/\[board-is-host\]/);
    const esp8266 = await xsnn("flash", "app", "--board", "esp8266", "--no-stub");
    expect(esp8266.err).toMatch(/the ROM of esp8266 cannot verify what it writes \[flash-needs-stub\]/);
  });
});

describe("xsnn monitor", () => {
  const says = async (text: string) => {
    const { pty } = await waiting();
    setTimeout(() => pty.write(Buffer.from(text)), 300);
    return xsnn("monitor", "--port", pty.path, "--until-verdict", "--timeout", "20");
  };

  it("ends with the verdict: passed", async () => {
    const { code, out } = await says("I (27) boot\r\nxsnn: self-test passed: 3 vectors, 30 bytes\r\n");
    expect(code).toBe(0);
    expect(out).toMatch(/I \(27\) boot\nxsnn: self-test passed: 3 vectors, 30 bytes\n$/);
  });

  it("ends with the verdict: failed", async () => {
    const { code, out } = await says("xsnn: self-test FAILED: vector 2, byte 7: 12 in place of 13\r\n");
    expect(code).toBe(1);
    expect(out).toContain("12 in place of 13");
  });

  it("does not wait forever", async () => {
    const { pty } = await waiting();
    const { code, err } = await xsnn("monitor", "--port", pty.path, "--until-verdict", "--timeout", "1");
    expect(code).toBe(1);
    expect(err).toMatch(/did not say within 1 s .*\[verdict-missing\]/);
  });

  it("says when the board goes away", async () => {
    const { pty } = await waiting();
    setTimeout(() => pty.hangUp(), 300);
    const { code, err } = await xsnn("monitor", "--port", pty.path);
    expect(code).toBe(1);
    expect(err).toMatch(/is gone \[port-lost\]/);
  });

  it("refuses to reset over a port that cannot", async () => {
    const { pty } = await waiting();
    expect((await xsnn("monitor", "--port", pty.path, "--reset")).err).toMatch(/\[port-no-reset\]/);
    expect((await xsnn("monitor")).err).toMatch(/\[port-needed\]/);
  });
});
