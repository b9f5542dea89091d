/** Both commands as processes that Ctrl-C ends. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { afterEach, expect, it } from "vitest";
import { inEmptyFolder } from "../cli/harness.js";
import { EmulatedBoard } from "./board/board.js";
import { esp32c3 } from "./board/chips.js";
import { build, writeBuild } from "./build.js";

const ROOT = resolve(import.meta.dirname, "../..");
const XSNN = [
  "--import",
  join(ROOT, "node_modules/tsx/dist/esm/index.mjs"),
  join(ROOT, "codegen/cli/main.ts"),
];

inEmptyFolder();

let board: EmulatedBoard;
afterEach(() => board.close());

function started(...argv: readonly string[]) {
  const child = spawn(process.execPath, [...XSNN, ...argv], { stdio: ["ignore", "pipe", "pipe"] });
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    said.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said.err += chunk;
  });
  return { child, said, ended: once(child, "close") };
}

it("flash says what is on the board then", async () => {
  writeBuild("app", await build("esp32-c3"));
  let blocks = 0;
  board = await EmulatedBoard.open({
    chip: esp32c3,
    fault: (command) => {
      if (command === "flashDeflData" && ++blocks === 5) process_.child.kill("SIGINT");
      return undefined;
    },
  });
  board.restart(true);
  const process_ = started("flash", "app", "--board", "esp32-c3", "--port", board.pty.path);
  expect(await process_.ended).toEqual([null, "SIGINT"]);
  expect(process_.said).toEqual({
    out: "",
    err: expect.stringMatching(
      /^xsnn: interrupted \[flash-interrupted\]\n {2}on the board now: bootloader and partition table: written and verified; application: incomplete\n$/,
    ),
  });
});

it("monitor ends in silence", async () => {
  board = await EmulatedBoard.open({ chip: esp32c3 });
  const { child, said, ended } = started("monitor", "--port", board.pty.path);
  const hello = setInterval(() => board.pty.write(Buffer.from("hello\r\n")), 100);
  child.stdout.once("data", () => child.kill("SIGINT"));
  expect(await ended).toEqual([null, "SIGINT"]);
  clearInterval(hello);
  expect([said.out.startsWith("hello\n"), said.err]).toEqual([true, ""]);
});
