import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { requireTools } from "../../boards/require-tools.js";
import { format } from "../../codegen/problems/format.js";
import type { Refusal } from "../../codegen/problems/problem.js";
import { tinyArtifact } from "./tiny-artifact.js";

const endless = {
  artifact: tinyArtifact({ inKernel: "while (memory.int8[0] === 7);" }),
  module: "tiny",
  vectors: [[Uint8Array.of(7, 1, 1, 1)]],
};

let folder: string;

beforeAll(() => rv32Engine.run({ ...endless, vectors: [] }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "test-qemu-"));
  vi.stubEnv("TMPDIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function refusalText(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason as Refusal,
  );
  return error!.problems.map(format).join("\n");
}

/** The processes that work in this test's folder. */
function ours(): number[] {
  const pids = execFileSync("ps", ["-eo", "pid,comm"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes("qemu-system-ri"))
    .map((line) => Number.parseInt(line, 10));
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder);
    } catch {
      return false; // it has ended
    }
  });
}

async function running(count: number): Promise<number[]> {
  for (let tries = 0; tries < 200 && ours().length !== count; tries++) await sleep(50);
  return ours();
}

it("QEMU killed in mid-run: one refusal, nothing left", async () => {
  const text = refusalText(rv32Engine.run(endless));
  const [pid] = await running(1);
  await sleep(300);
  process.kill(pid, "SIGKILL");
  expect(await text).toMatch(/qemu-rv32 ended before the job was done \(SIGKILL\)/);
  expect(readdirSync(folder)).toEqual([]);
  expect(ours()).toEqual([]);
});

it("time is up: QEMU is gone", async () => {
  expect(await refusalText(rv32Engine.run({ ...endless, stepSeconds: 1 }))).toMatch(/no sign for 1 s/);
  expect(ours()).toEqual([]);
});

it("this process killed: QEMU goes with it", async () => {
  const script = `import { rv32Engine } from "./boards/qemu/qemu-engine.ts";
    import { tinyArtifact } from "./test/boards/tiny-artifact.ts";
    const artifact = tinyArtifact({ inKernel: "while (true);" });
    rv32Engine.run({ artifact, module: "tiny", vectors: [[Uint8Array.of(7, 1, 1, 1)]] });`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
  expect(await running(1)).toHaveLength(1);
  child.kill("SIGKILL");
  expect(await running(0)).toEqual([]);
});

describe("tools that are missing", () => {
  const tools = [
    { path: "no-such-gcc", debian: "gcc-no-such" },
    { path: "/no/such.specs", debian: "picolibc-no-such" },
    { path: "sh", debian: "dash" },
  ];

  it("the line to type", async () => {
    const text = await refusalText(requireTools(tools, { needed: "engine x", install: false }));
    expect(text).toMatch(/engine x needs no-such-gcc, \/no\/such\.specs, which/);
    expect(text).toContain("`sudo apt-get install --no-install-recommends gcc-no-such picolibc-no-such`");
  });

  it("on request they are installed, and apt-get's words passed on where that fails", async () => {
    vi.stubEnv("XSNN_INSTALL", "1");
    vi.stubEnv("PATH", folder);
    // an apt-get, a sudo and an env that only say no
    for (const name of ["env", "sudo"]) symlinkSync("/bin/false", join(folder, name));
    const text = await refusalText(requireTools(tools.slice(0, 2), { needed: "engine x" }));
    expect(text).toMatch(process.getuid?.() === 0 ? /\[tools-install\]/ : /\[tools-missing\]/);
  });

  it("nothing is installed where all is there", async () => {
    vi.stubEnv("XSNN_INSTALL", "1");
    const onProgress = vi.fn();
    await requireTools([{ path: "sh", debian: "dash" }], { needed: "engine x", onProgress });
    expect(onProgress).not.toHaveBeenCalled();
  });
});

it("a folder for temporary files that is not there", async () => {
  vi.stubEnv("TMPDIR", join(folder, "gone"));
  expect(await refusalText(rv32Engine.run(endless))).toMatch(
    /cannot write temporary files in .*gone.*\[stage-folder\]/,
  );
});
