import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeEngine } from "./fake-engine.js";
import { codesOf, folderNames, inEmptyFolder, withEngines, writeModel, xsnn } from "./harness.js";
import { identity } from "./models.js";

const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));

/** Puts an `mcrun` on the PATH, of which the body is a script's. */
function withMcrun(body: string): void {
  mkdirSync("bin");
  writeFileSync("bin/mcrun", `#!/bin/sh\n${body}\n`);
  chmodSync("bin/mcrun", 0o755);
  process.env.PATH = `${join(process.cwd(), "bin")}:/usr/bin:/bin`;
}

describe("xsnn mod", () => {
  inEmptyFolder();
  const { PATH } = process.env;
  beforeEach(() => {
    process.env.PATH = "/nowhere";
    writeModel("small.tflite", identity([1, 4]));
  });
  afterEach(() => {
    process.env.PATH = PATH;
  });

  it("writes a mod's manifest and its host's, and says how to build it where there is no mcrun", async () => {
    const { code, out, err } = await xsnn("mod", "small.tflite", "--board", "esp32-c3");
    expect([code, err]).toEqual([0, ""]);
    expect(folderNames()).toEqual(["small-mod", "small.tflite"]);
    const manifest = read("small-mod/manifest.json");
    expect(Object.keys(manifest)).toEqual(["include", "modules", "data"]);
    expect(manifest.include).toBe("$(MODDABLE)/examples/manifest_mod.json");
    expect(manifest.modules.small).toBe("./small.js");
    expect(manifest.data).toEqual({ "small-weights": "./weights.bin" });
    for (const path of Object.values<string>(manifest.modules))
      expect(existsSync(join("small-mod", path)), path).toBe(true);
    const host = read("small-mod/host-manifest.json");
    expect(host.defines).toEqual({ XS_MODS: 1 });
    expect(host.strip).toEqual([]);
    expect(host.platforms.esp32.creation.static).toBeGreaterThan(0);
    expect(host.creation.keys.initial).toBeGreaterThan(256 + 60);
    expect(existsSync("small-mod/small.xsa")).toBe(false);
    expect(out).toMatch(/^objects and functions of modules +[\d,]+ {2}of RAM$/m);
    expect(out).toMatch(/^Archive: [\d,]+ of 262,144 bytes, predicted\.$/m);
    expect(out).toMatch(/`mcrun -m -p esp32\/esp32c3 -t build -noCheckModule`/);
  });

  it("counts in the plan what the modules take, and runs as a mod from then on", async () => {
    const { out } = await xsnn("mod", "small.tflite", "--board", "esp32-c3", "--json");
    const { resident, ram, plan } = JSON.parse(out);
    expect(read("small-mod/plan.json")).toEqual(plan);
    await xsnn("compile", "small.tflite");
    const compiled = read("small/plan.json");
    expect(plan.memory.slots).toBe(compiled.memory.slots + 2 * resident.slots);
    expect(plan.memory.chunkBytes).toBe(compiled.memory.chunkBytes + resident.chunkBytes);
    const { chunkBytes, slots, stackSlots } = plan.memory;
    const total = Object.values<number>(ram).reduce((sum, bytes) => sum + bytes, 0);
    expect(total).toBe(chunkBytes + 16 * (slots + stackSlots));
    writeFileSync("input.json", "[[0, 0, 0, 0]]");
    const xs = fakeEngine("xs");
    for (const folder of ["small-mod", "small"])
      await withEngines({ xs }, "run", folder, "--engine", "xs", "--input", "input.json");
    expect(xs.jobs.map(({ isMod }) => isMod)).toEqual([true, false]);
  });

  it("keeps the archive that mcrun builds, and replaces the mod that is there", async () => {
    withMcrun(
      'while [ "$1" != -o ]; do shift; done; printf archive > "$2/m.xsa"; echo "# Target built: $2/m.xsa"',
    );
    for (let i = 0; i < 2; i++) {
      const { code, out } = await xsnn("mod", "small.tflite", "--board", "esp32-c3", "-o", "out");
      expect(code).toBe(0);
      expect(out).toMatch(/^Archive: 7 of 262,144 bytes\.$/m);
      expect(out).toMatch(/^Built small\.xsa with mcrun for esp32\/esp32c3\.$/m);
      expect(readFileSync("out/small.xsa", "utf8")).toBe("archive");
    }
  });

  it("is refused with the last words of an mcrun that fails, and writes nothing", async () => {
    withMcrun('echo "### no such thing" >&2; exit 1');
    const called = await xsnn("mod", "small.tflite", "--board", "esp32-c3");
    expect(called.code).toBe(1);
    expect(called.err).toMatch(
      /mcrun cannot build the mod for esp32\/esp32c3: ### no such thing \[mcrun-failed\]/,
    );
    expect(folderNames()).toEqual(["bin", "small.tflite"]);
  });

  it.each([
    [
      "mod-partition",
      "small.tflite",
      "esp32-c3",
      ["--partition", "4096"],
      /bytecode and names \d+, weights\.bin \d+/,
    ],
    ["mod-partition", "small.tflite", "esp32-c3", ["--partition", "4096"], /partition `xs` larger/],
    [
      "mod-ram",
      "large.tflite",
      "esp8266",
      [],
      /arena \d+, BigInts and lists of layers \d+, constants and names/,
    ],
    ["board-is-host", "small.tflite", "host-xs", [], /nothing is predicted/],
  ] as const)("refuses with %s what does not fit", async (code, model, board, more, says) => {
    writeModel("large.tflite", identity([1, 100, 100, 3]));
    const called = await xsnn("mod", model, "--board", board, ...more);
    expect(called.code).toBe(1);
    expect(called.err).toMatch(says);
    expect(folderNames()).toEqual(["large.tflite", "small.tflite"]);
    expect(codesOf(await xsnn("mod", model, "--board", board, ...more, "--json"))[0]).toBe(code);
  });

  it("needs a board", async () => {
    expect(codesOf(await xsnn("mod", "small.tflite", "--json"))).toEqual(["arguments"]);
  });
});
