/** The command line as a process that is stopped, or whose output goes nowhere. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, openSync, readdirSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { inEmptyFolder } from "./harness.js";

const ROOT = resolve(import.meta.dirname, "../..");
const XSNN = [
  "--import",
  join(ROOT, "node_modules/tsx/dist/esm/index.mjs"),
  join(ROOT, "codegen/cli/main.ts"),
];
const DIGITS = join(ROOT, "models/digits/digits.tflite");

/** The processes whose working directory is inside `folder`. */
function processesIn(folder: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return realpathSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false; // no process, or one that has just ended
    }
  });
}

describe.skipIf(process.platform !== "linux")("xsnn as a process", () => {
  inEmptyFolder();

  it.each(["SIGINT", "SIGTERM"] as const)(
    "stopped by %s takes what it started and wrote along",
    async (signal) => {
      mkdirSync("temporary");
      const folder = realpathSync("temporary");
      const line = ["validate", DIGITS, "--engine", "node", "--random", "100000"];
      const env = { ...process.env, TMPDIR: folder };
      const child = spawn(process.execPath, [...XSNN, ...line], { env, stdio: ["ignore", "pipe", "pipe"] });
      const ended = once(child, "exit");
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => {
          said += chunk;
        });
      while (processesIn(`${folder}/xsnn-`).length === 0) await sleep(20);
      child.kill(signal);
      expect(await ended).toEqual([null, signal]);
      expect(said).toBe("");
      expect(readdirSync(folder).filter((name) => name.startsWith("xsnn-"))).toEqual([]);
      expect(processesIn(`${folder}/xsnn-`)).toEqual([]);
    },
    30_000,
  );

  it.skipIf(!existsSync("/dev/full"))("says that the results went nowhere", async () => {
    const child = spawn(process.execPath, [...XSNN, "ops"], {
      stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
    });
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk;
    });
    expect(await once(child, "close")).toEqual([1, null]);
    expect(said).toBe("xsnn: cannot write the results: the disk is full\n");
  });
});
