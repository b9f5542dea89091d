import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { xsProgram } from "../../boards/xs/build.js";
import { cached, cacheFolder } from "../../boards/xs/cache.js";
import { xsSources } from "../../boards/xs/sources.js";
import { linuxTarget } from "../../boards/xs/targets.js";
import { format } from "../../codegen/problems/format.js";
import { Refusal } from "../../codegen/problems/problem.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "test-xs-build-"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A program on the PATH, before or instead of all others. */
function fakeProgram(name: string, script: string, path = `${folder}/bin:${process.env.PATH}`): void {
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "bin", name), 0o755);
  vi.stubEnv("PATH", path);
}

async function refusalText(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Refusal);
  return (error as Refusal).problems.map(format).join("\n");
}

describe("preparing XS refuses", () => {
  it("without a C compiler", async () => {
    vi.stubEnv("CC", "no-such-cc");
    expect(await refusalText(xsProgram(linuxTarget(), undefined))).toMatch(
      /no-such-cc, which is not on the PATH \[tool-missing\]\n.*apt install gcc/,
    );
  });

  it("without npm", async () => {
    vi.stubEnv("XSNN_CACHE", folder);
    fakeProgram("cc", "echo cc", `${folder}/bin`);
    expect(await refusalText(xsProgram(linuxTarget(), undefined))).toMatch(
      /npm, which is not on the PATH \[tool-missing\]/,
    );
  });

  it("without a network, in npm's words", async () => {
    vi.stubEnv("XSNN_CACHE", folder);
    fakeProgram(
      "npm",
      `echo "npm error code EAI_AGAIN" >&2
       echo "npm error request failed, reason: getaddrinfo EAI_AGAIN" >&2
       echo "npm error A complete log of this run can be found in: x" >&2
       exit 1`,
    );
    const text = await refusalText(xsSources(undefined));
    expect(text).toMatch(
      /npm cannot fetch .*: code EAI_AGAIN; request failed, reason: getaddrinfo EAI_AGAIN \[xs-fetch\]/,
    );
    expect(text).toContain("npm view @agoric/xsnap@0.15.0");
    expect(readdirSync(join(folder, "xsnn"))).toEqual([]);
  });

  it("other bytes than those that were pinned", async () => {
    vi.stubEnv("XSNN_CACHE", folder);
    fakeProgram(
      "npm",
      `while [ "$1" != --pack-destination ]; do shift; done
       echo other > "$2/agoric-xsnap-0.15.0.tgz"
       echo '[{"filename":"agoric-xsnap-0.15.0.tgz"}]'`,
    );
    expect(await refusalText(xsSources(undefined))).toMatch(
      /not what was pinned: sha512-.* instead of sha512-ZBm4DZ.*\[xs-integrity\]/,
    );
    expect(readdirSync(join(folder, "xsnn"))).toEqual([]);
  });

  it("what the compiler refuses", async () => {
    await xsSources(undefined);
    fakeProgram("bad-cc", `[ "$1" = --version ] && exit 0; echo "first.c:1: boom" >&2; exit 1`);
    vi.stubEnv("CC", "bad-cc");
    expect(await refusalText(xsProgram(linuxTarget(), undefined))).toMatch(
      /the C compiler fails on \w+\.c: first\.c:1: boom \[xs-build\]/,
    );
  });

  it("a cache that cannot be written", async () => {
    writeFileSync(join(folder, "file"), "");
    vi.stubEnv("XSNN_CACHE", join(folder, "file"));
    expect(await refusalText(cacheFolder())).toMatch(/cannot write .*\[cache-folder\]\n.*XSNN_CACHE/);
  });
});

describe("the cache", () => {
  const making = (text: string) =>
    vi.fn(async (work: string) => {
      const made = join(work, "made");
      mkdirSync(made);
      writeFileSync(join(made, "text"), text);
      return made;
    });

  it("makes an entry once, however many want it at once", async () => {
    const target = join(folder, "entry");
    const make = making("one");
    await Promise.all([cached(target, make), cached(target, make), cached(target, make)]);
    await cached(target, make);
    expect(make).toHaveBeenCalledTimes(1);
    expect(readdirSync(folder)).toEqual(["entry"]);
    expect(readFileSync(join(target, "text"), "utf8")).toBe("one");
  });

  it("does not wait for a process that has died", async () => {
    const { pid } = spawnSync("true");
    writeFileSync(join(folder, "entry.lock"), String(pid));
    await cached(join(folder, "entry"), making("two"));
    expect(readdirSync(folder)).toEqual(["entry"]);
  });

  it("keeps nothing of what failed", async () => {
    const failing = cached(join(folder, "entry"), () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("gives the program that is built at once", async () => {
    const first = await xsProgram(linuxTarget(), undefined);
    const progress = vi.fn();
    expect(await xsProgram(linuxTarget(), progress)).toBe(first);
    expect(progress).not.toHaveBeenCalled();
  });
});
