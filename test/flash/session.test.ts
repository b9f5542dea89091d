/** Whole sessions against a ROM loader of ours at a pseudo-terminal. */
import { afterEach, describe, expect, it } from "vitest";
import { type FlashJob, flashBoard } from "../../boards/flash/session.js";
import { type BoardOptions, EmulatedBoard } from "./board/board.js";
import { type ChipModel, esp32, esp32c3, esp32Otherwise, esp32s3 } from "./board/chips.js";
import { build, same, writesOf } from "./build.js";

let board: EmulatedBoard;
afterEach(() => board.close());

async function flashed(name: string, options: BoardOptions, job: Partial<FlashJob> = {}) {
  board = await EmulatedBoard.open(options);
  const made = await build(name);
  const writes = writesOf(made);
  await flashBoard({
    board: made.board,
    writes,
    partitions: [],
    line: board.line,
    port: { path: board.pty.path, maker: "" },
    baud: 460_800,
    stub: true,
    ...job,
  });
  return writes;
}

/** What a session does, without repetitions. */
function course(): string[] {
  const noise = ["readReg", "writeReg"];
  return board.commands
    .filter((command) => !noise.includes(command))
    .filter((command, i, all) => command !== all[i - 1]);
}

const WRITE_WITH_STUB = ["flashDeflBegin", "flashDeflData", "flashDeflEnd", "spiFlashMd5"];
const WRITE = ["flashDeflBegin", "flashDeflData", "spiFlashMd5"];

const CHIPS: readonly [string, string, ChipModel][] = [
  ["ESP32-C3", "esp32-c3", esp32c3],
  ["ESP32-S3", "esp32-s3", esp32s3],
  ["ESP32", "esp32", esp32],
  ["ESP32 whose refusals name another command", "esp32", esp32Otherwise],
];

describe.each(CHIPS)("%s", (_, name, chip) => {
  it.each([true, false])("writes, verifies and starts, with a stub: %s", async (stub) => {
    const progress: [string, number, number][] = [];
    const onProgress: FlashJob["onProgress"] = ({ what, done, total }) => progress.push([what, done, total]);
    const writes = await flashed(name, { chip }, { stub, onProgress });
    for (const { offset, bytes } of writes)
      expect(same(board.memory.read(offset, bytes.length), bytes)).toBe(true);
    expect([board.runs, board.starts, board.bauds]).toEqual(["application", 1, [460_800]]);
    expect(course().slice(0, 2)).toEqual(["sync", "getSecurityInfo"]);
    expect(course().slice(course().indexOf("changeBaudrate"))).toEqual([
      "changeBaudrate",
      "spiAttach",
      "spiSetParams",
      ...writes.flatMap(() => (stub ? WRITE_WITH_STUB : WRITE)),
    ]);
    expect(board.commands.includes("memEnd")).toBe(stub);
    const total = 20_000 + 0xc00 + 90_004; // in whole words
    expect([progress[0], progress.at(-1)]).toEqual([
      ["connecting", 0, 1],
      ["writing application", total, total],
    ]);
  });

  it("erases what it writes and nothing else", async () => {
    const writes = await flashed(name, { chip }, { baud: 115_200 });
    const expected = new Uint32Array(board.memory.erasures.length);
    for (const { offset, bytes } of writes)
      for (let at = offset; at < offset + bytes.length; at += 4096) expected[at / 4096] = 1;
    expect(board.memory.erasures).toEqual(expected);
    expect(board.bauds).toEqual([]);
  });
});
