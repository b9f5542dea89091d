import { afterEach, describe, expect, it } from "vitest";
import { ConsoleText } from "../../boards/flash/console-text.js";
import { monitor } from "../../boards/flash/monitor.js";
import { flashBoard } from "../../boards/flash/session.js";
import { VerdictReader } from "../../boards/flash/verdict.js";
import { EmulatedBoard } from "./board/board.js";
import { esp32c3 } from "./board/chips.js";
import { build, same, writesOf } from "./build.js";

describe("console text", () => {
  const shown = (...parts: readonly string[]) => {
    const text = new ConsoleText();
    return parts.map((part) => text.push(Buffer.from(part, "latin1"))).join("");
  };

  it("keeps colours, even in two parts, and drops what steers a terminal", () => {
    expect(shown("\x1b[0;32mI (27) boot\x1b", "[0m\r\n")).toBe("\x1b[0;32mI (27) boot\x1b[0m\n");
    expect(shown("a\x1b[2J\x07b\tc\x1b]0;title\x07")).toBe("a[2Jb\tc]0;title");
  });

  it("keeps characters of several bytes in two parts", () => {
    expect(shown("\xc2", "\xb5s")).toBe("µs");
  });
});

describe("verdicts", () => {
  it("are found in parts of lines, behind whatever stands before them", () => {
    const verdicts = new VerdictReader();
    expect(verdicts.push("noise xsnn: self-test pas")).toBe(undefined);
    expect(verdicts.push("sed: 3 vectors, 30 bytes")).toBe(undefined);
    expect(verdicts.push("\n")).toEqual({
      passed: true,
      line: "xsnn: self-test passed: 3 vectors, 30 bytes",
    });
    expect(verdicts.push("xsnn: self-test FAILED: vector 2\n")?.passed).toBe(false);
    expect(verdicts.push("xsnn: self-test skipped: x\n")).toBe(undefined);
  });
});

describe("a board that was flashed", () => {
  let board: EmulatedBoard;
  afterEach(() => board.close());

  it("runs what was written, and its verdict is heard after a reset", async () => {
    const made = await build("esp32-c3", 30_000);
    const { bytes } = made.images[2];
    board = await EmulatedBoard.open({
      chip: esp32c3,
      application: (flash) => {
        const isThere = same(flash.subarray(0x10000, 0x10000 + bytes.length), bytes);
        return `hello\r\nxsnn: self-test ${isThere ? "passed" : "FAILED"}: 3 vectors, 30 bytes\r\n`;
      },
    });
    const listen = async () => {
      let text = "";
      const verdict = await monitor({
        line: board.line,
        baud: 115_200,
        reset: true,
        untilVerdict: true,
        seconds: 20,
        show: (part) => {
          text += part;
        },
      });
      return [verdict?.passed, text.includes("hello\n")];
    };
    expect(await listen()).toEqual([false, true]);
    await flashBoard({
      board: made.board,
      writes: writesOf(made),
      partitions: [],
      line: board.line,
      port: { path: board.pty.path, maker: "" },
      baud: 921_600,
      stub: true,
    });
    expect(await listen()).toEqual([true, true]);
  });
});
