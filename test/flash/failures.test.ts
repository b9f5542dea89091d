/** Everything that goes wrong at a board: what is said, and that what is said of the board is so. */
import { chmodSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { SerialLine } from "../../boards/flash/line.js";
import { type FlashJob, flashBoard } from "../../boards/flash/session.js";
import { format } from "../../codegen/problems/format.js";
import type { Refusal } from "../../codegen/problems/problem.js";
import { type BoardOptions, EmulatedBoard, type Fault } from "./board/board.js";
import { esp32c3, esp32s3 } from "./board/chips.js";
import { build, PARTITIONS, same, tableBytes, writesOf } from "./build.js";

const USED = 0x5a;

let board: EmulatedBoard;
afterEach(() => board.close());

async function attempt(options: Partial<BoardOptions>, job: Partial<FlashJob> = {}): Promise<string> {
  board = await EmulatedBoard.open({ chip: esp32c3, ...options });
  return attemptAgain(job);
}

/** @returns what is refused, as text; empty where nothing is */
async function attemptAgain(job: Partial<FlashJob> = {}): Promise<string> {
  const made = await build("esp32-c3", 50_001);
  return flashBoard({
    board: made.board,
    writes: writesOf(made),
    partitions: [],
    line: board.line,
    port: { path: board.pty.path, maker: "" },
    baud: 460_800,
    stub: true,
    ...job,
  }).then(
    () => "",
    (error: Refusal) => error.problems.map(format).join("\n"),
  );
}

/** A fault at the n-th command of a kind, counted from 1. */
function at(command: string, n: number, fault: Fault | ((board: EmulatedBoard) => void)) {
  let count = 0;
  return (each: string, emulated: EmulatedBoard): Fault => {
    if (each !== command || ++count < n) return undefined;
    if (typeof fault !== "function") return fault;
    if (count === n) fault(emulated);
    return undefined;
  };
}

/** What flash holds, against what was to be written. */
async function fates(): Promise<string[]> {
  return writesOf(await build("esp32-c3", 50_001)).map(({ name, offset, bytes }) => {
    const there = board.memory.read(offset, bytes.length);
    if (same(there, bytes)) return `${name}: written`;
    return there.every((byte) => byte === USED) ? `${name}: untouched` : `${name}: incomplete`;
  });
}

const ALL_UNTOUCHED = ["bootloader: untouched", "partition table: untouched", "application: untouched"];
const AS_BEFORE = "the board is as it was before";

describe("the line is lost", () => {
  it.each([
    ["while connecting", "getSecurityInfo", 1],
    ["while the stub goes up", "memData", 2],
    ["while the rate changes", "changeBaudrate", 1],
    ["before the first write", "flashDeflBegin", 1],
  ])("%s: nothing is written", async (_, command, n) => {
    const text = await attempt({ fault: at(command, n, "hang up") });
    expect(text).toMatch(/is gone.*\[flash-lost\]/);
    const begins = board.commands.includes("flashDeflBegin");
    expect(text).toContain(begins ? "bootloader: incomplete" : AS_BEFORE);
    expect(await fates()).toEqual(ALL_UNTOUCHED);
  });

  it("in the bootloader", async () => {
    const text = await attempt({ fault: at("flashDeflData", 2, "hang up") }, { stub: false });
    expect(text).toContain("bootloader: incomplete; partition table and application: as it was before");
    expect(await fates()).toEqual([
      "bootloader: incomplete",
      "partition table: untouched",
      "application: untouched",
    ]);
  });

  it("in the application", async () => {
    const text = await attempt({ fault: at("flashDeflData", 4, "hang up") });
    expect(text).toMatch(
      /\[flash-lost\]\n.*bootloader and partition table: written and verified; application: incomplete/,
    );
    expect(await fates()).toEqual([
      "bootloader: written",
      "partition table: written",
      "application: incomplete",
    ]);
  });

  it("before the last MD5: what is written is not called verified", async () => {
    const text = await attempt({ fault: at("spiFlashMd5", 3, "hang up") });
    expect(text).toContain("application: incomplete");
    expect((await fates())[2]).toBe("application: written");
  });
});

describe("the board stops answering", () => {
  it("from the start", async () => {
    const text = await attempt({ fault: () => "silence" });
    expect(text).toMatch(
      /^no board answers at \/dev.*\[chip-silent\]\n.*as it was before; hold the button BOOT/,
    );
    expect([await fates(), board.runs]).toEqual([ALL_UNTOUCHED, "application"]);
  });

  it("or sends noise only", async () => {
    expect(await attempt({ fault: () => "garbage" })).toMatch(/\[chip-silent\]/);
  });

  it("in the application", async () => {
    const text = await attempt({ fault: at("flashDeflData", 4, "silence") });
    expect(text).toMatch(/stopped answering \(no answer\) \[flash-silent\]\n.*application: incomplete/);
  });

  it("or answers with noise there", async () => {
    const text = await attempt({ fault: at("flashDeflData", 4, "garbage") });
    expect(text).toMatch(/\[flash-silent\]\n.*application: incomplete/);
  });

  it("and answers again: a lost block is not sent twice into the same image unseen", async () => {
    let isLost = false;
    const text = await attempt({
      fault: (command) => {
        if (command !== "flashDeflData" || isLost) return undefined;
        isLost = true;
        return "silence";
      },
    });
    expect(text).toBe("");
    expect((await fates()).every((fate) => fate.endsWith("written"))).toBe(true);
  });

  it("at the new rate", async () => {
    const text = await attempt({ highestBaud: 115_200 });
    expect(text).toMatch(/not understood at 460800 .*\[chip-baud\]\n.*as it was before.*--baud 115200/);
    expect(await fates()).toEqual(ALL_UNTOUCHED);
  });
});

describe("the board is another", () => {
  it("with another chip, which goes on with its application", async () => {
    const text = await attempt({ chip: esp32s3 });
    expect(text).toMatch(/has the chip ESP32-S3, and esp32-c3 has ESP32-C3 \[chip-wrong\]/);
    expect([board.runs, board.starts]).toEqual(["application", 1]);
    expect(await fates()).toEqual(ALL_UNTOUCHED);
  });

  it("with a chip that nobody knows", async () => {
    expect(await attempt({ chip: { ...esp32c3, id: 77 } })).toMatch(/\[chip-unknown\]/);
  });

  it("with less flash", async () => {
    expect(await attempt({ flashId: 0x1540ef })).toMatch(
      /has 2097152 bytes, and esp32-c3 has 4194304 \[chip-flash-small\]/,
    );
  });

  it("with flash that does not answer", async () => {
    expect(await attempt({ flashId: 0xffffff })).toMatch(/\[chip-flash-silent\]/);
  });

  it.each([
    ["takes signed programs", 1, "runs signed programs only"],
    ["is in secure download mode", 4, "is in secure download mode"],
  ])("that %s", async (_, securityFlags, why) => {
    const text = await attempt({ securityFlags });
    expect(text).toMatch(new RegExp(`this esp32-c3 ${why} \\[chip-secured\\]`));
    expect(await fates()).toEqual(ALL_UNTOUCHED);
  });
});

describe("what is read back is not what was written", () => {
  it.each([true, false])("with a stub: %s", async (stub) => {
    const flip = at("spiFlashMd5", 3, ({ memory }) => {
      memory.bytes[0x10000 + 40_000] ^= 1;
    });
    const text = await attempt({ fault: flip }, { stub });
    expect(text).toMatch(/^"application" reads back otherwise .*\[flash-mismatch\]/);
    expect(text).toContain(
      "partition table: written and verified; application: written, not as it should be",
    );
  });
});

it("a command is refused", async () => {
  const made = await build("esp32-c3", 50_001);
  const writes = writesOf(made).map((write) => ({ ...write, offset: write.offset + 4 }));
  const text = await attempt({}, { writes });
  expect(text).toMatch(/^the board refused a command: begin to write, with status 1,6 \[flash-refused\]/);
});

describe("partitions on the board", () => {
  const mods = PARTITIONS.filter(({ name }) => name === "xs");
  let before: Uint8Array;
  const withTable = (table: Uint8Array, job: Partial<FlashJob>) => async () => {
    board = await EmulatedBoard.open({ chip: esp32c3 });
    board.memory.bytes.set(table, 0x8000);
    before = board.memory.bytes.slice();
    return attemptAgain({ partitions: mods, ...job });
  };

  it.each([true, false])("as they must be, with a stub: %s", async (stub) => {
    expect(await withTable(tableBytes(), { stub })()).toBe("");
    expect(board.commands.includes("readFlash")).toBe(stub);
    expect(board.commands.includes("readFlashSlow")).toBe(!stub);
  });

  it("elsewhere", async () => {
    const moved = PARTITIONS.map((each) => (each.name === "xs" ? { ...each, offset: 0x320000 } : each));
    const text = await withTable(tableBytes(moved), {})();
    expect(text).toMatch(
      /^the table on the board has partition xs at 0x320000 .* at 0x310000 .*\[partition-elsewhere\]/,
    );
    expect(same(board.memory.bytes, before)).toBe(true);
  });

  it("missing", async () => {
    const text = await withTable(tableBytes(PARTITIONS.slice(0, 2)), {})();
    expect(text).toMatch(/has no partition xs; it has "nvs", "factory" \[partition-missing\]/);
  });

  it("unreadable", async () => {
    const broken = tableBytes();
    broken[40] ^= 1;
    expect(await withTable(broken, {})()).toMatch(
      /its MD5 is not that of its rows \[partition-table-malformed\]/,
    );
    expect(await attemptAgain({ partitions: mods })).toMatch(/\[partition-table-malformed\]/);
    expect(board.runs).toBe("application");
  });
});

describe("the port", () => {
  it("is not there", async () => {
    const text = await attempt({}, { line: new SerialLine("/dev/ttyNone7") });
    expect(text).toMatch(/^there is no port \/dev\/ttyNone7 \[port-missing\]\n.*as it was before/);
  });

  it("is in use", async () => {
    board = await EmulatedBoard.open({ chip: esp32c3 });
    const other = new SerialLine(board.pty.path);
    await other.open(115_200);
    expect(await attemptAgain()).toMatch(/another program is using .*\[port-busy\]\n.*as it was before/);
    await other.close();
    expect(await attemptAgain()).toBe("");
  });

  it("is not a port", async () => {
    expect(await attempt({}, { line: new SerialLine("/etc/hostname") })).toMatch(/\[port-failed\]/);
  });

  it("may not be used", async () => {
    board = await EmulatedBoard.open({ chip: esp32c3 });
    const { path } = board.pty;
    chmodSync(path, 0);
    const isRoot = process.getuid!() === 0;
    const line = new SerialLine(path);
    if (isRoot) process.seteuid!(65_534); // whom root's rights are not for
    const text = await attemptAgain({ line }).finally(() => isRoot && process.seteuid!(0));
    expect(text).toMatch(/^you may not use .*\[port-denied\]\n.*usermod -aG dialout/);
  });

  it("has no control lines: a board that waits in its loader is written to and started all the same", async () => {
    board = await EmulatedBoard.open({ chip: esp32c3 });
    board.restart(true);
    expect(await attemptAgain({ line: new SerialLine(board.pty.path) })).toBe("");
    expect((await fates()).every((fate) => fate.endsWith("written"))).toBe(true);
    expect(board.runs).toBe("application");
  });

  it("has no control lines, and a stub of an earlier session answers", async () => {
    let isSilent = true;
    board = await EmulatedBoard.open({
      chip: esp32c3,
      fault: (command) => (isSilent && command === "flashDeflData" ? "silence" : undefined),
    });
    board.restart(true);
    const job = { line: new SerialLine(board.pty.path), baud: 115_200 };
    expect(await attemptAgain(job)).toMatch(/\[flash-silent\]/);
    expect(board.runs).toBe("stub");
    isSilent = false;
    expect(await attemptAgain(job)).toBe("");
    expect(board.commands.filter((command) => command === "memEnd")).toHaveLength(1);
  });
});

it("interrupted in the application", async () => {
  const interruption = new AbortController();
  const text = await attempt(
    { fault: at("flashDeflData", 4, () => interruption.abort()) },
    { interrupted: interruption.signal },
  );
  expect(text).toMatch(
    /^interrupted \[flash-interrupted\]\n.*partition table: written and verified; application: incomplete/,
  );
  expect((await fates())[0]).toBe("bootloader: written");
});
