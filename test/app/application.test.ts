/** An application that `xsnn app` wrote, on Node with stubs in place of Moddable's modules. */
import { execFile } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePartitions } from "../../boards/moddable/partitions-csv.js";
import { main } from "../../codegen/cli/program.js";
import { transpile } from "../../codegen/emit/transpile.js";
import { writeStubs } from "./stubs.js";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "xsnn-app-")));
const app = join(folder, "digits-app");
const samples = ["3-1.png", "8-1.png"].map((name) => resolve("models/digits/samples", name));
afterAll(() => rmSync(folder, { recursive: true }));

async function xsnn(...args: string[]) {
  let out = "";
  let err = "";
  const io = { out: (text: string) => (out += text), err: (text: string) => (err += text), debug: false };
  const code = await main(args, io);
  return { code, out, err };
}

const digits = resolve("models/digits/digits.tflite");
const labels = resolve("models/digits/labels.txt");

beforeAll(async () => {
  const line = ["app", digits, "-b", "esp32-c3", "-o", app, "--input", ...samples, "--labels", labels];
  const { code, err } = await xsnn(...line);
  expect(err).toBe("");
  expect(code).toBe(0);
});

/** What a copy of the application prints on Node. */
async function printed(name: string, config: object, lines: number, change?: (copy: string) => void) {
  const copy = join(folder, name);
  cpSync(app, copy, { recursive: true });
  writeStubs(copy, config, lines);
  for (const file of readdirSync(copy).filter((it) => it.endsWith(".ts")))
    writeFileSync(join(copy, file.replace(/ts$/, "js")), transpile(readFileSync(join(copy, file), "utf8")));
  writeFileSync(join(copy, "package.json"), '{ "type": "module" }');
  symlinkSync(join(copy, "models", "digits"), join(copy, "node_modules", "digits"));
  change?.(copy);
  const { stdout } = await promisify(execFile)(process.execPath, ["main.js"], { cwd: copy, timeout: 60_000 });
  return stdout.trim().split("\n");
}

describe("the application", () => {
  it("says that its models compute every byte as they must, and then what it sees", async () => {
    expect(await printed("right", { selfTest: true, interval: 1 }, 4)).toEqual([
      "xsnn: self-test passed: 2 vectors, 20 bytes",
      expect.stringMatching(/^digits: 3 0\.\d+ \(0 ms\)$/),
      expect.stringMatching(/^digits: 8 0\.\d+ \(0 ms\)$/),
      expect.stringMatching(/^digits: 3 /),
    ]);
  });

  it("finds a byte that is another, and says which", async () => {
    const vector = 28 * 28 + 10;
    const [verdict] = await printed("wrong", { selfTest: true, interval: 1 }, 1, (copy) => {
      const path = join(copy, "models/digits-vectors.bin");
      const bytes = readFileSync(path);
      expect(bytes).toHaveLength(2 * vector);
      bytes[2 * vector - 3] ^= 1;
      writeFileSync(path, bytes);
    });
    expect(verdict).toMatch(/^xsnn: self-test FAILED: vector 1, byte 7: \d+ in place of \d+$/);
  });

  it("tests nothing where nobody asks for it", async () => {
    const [first] = await printed("untested", { interval: 1 }, 1);
    expect(first).toMatch(/^digits: 3 /);
  });
});

describe("the folder", () => {
  const read = (path: string) => readFileSync(join(app, path), "utf8");

  it("has a manifest whose modules and data are there", () => {
    const manifest = JSON.parse(read("manifest.json"));
    const files = readdirSync(app, { recursive: true, encoding: "utf8" });
    const { "esp32/esp32c3": board, "...": others } = manifest.platforms;
    for (const path of Object.values({ ...manifest.modules, ...board.modules, ...others.modules }))
      expect(files).toContain(`${String(path).slice(2)}.ts`);
    for (const path of Object.values<string>(manifest.data)) expect(files).toContain(path.slice(2));
    for (const name of manifest.preload) expect(Object.keys(manifest.modules)).toContain(name);
    expect(manifest.preload).not.toContain("main");
    expect(board.config.consolePin).toBe(21);
    expect(board.creation.static).toBeGreaterThanOrEqual(94_208);
    expect(JSON.parse(read("app.json"))).toEqual({
      format: 1,
      name: "digits-app",
      board: "esp32-c3",
      models: ["digits"],
    });
  });

  it("has partitions for mods and for two models, in the board's flash", () => {
    const partitions = parsePartitions(read("partitions.csv"), "partitions.csv", 0x8000);
    expect(partitions.map(({ name, type, subtype }) => [name, type, subtype])).toEqual([
      ["nvs", "data", "nvs"],
      ["phy_init", "data", "phy"],
      ["factory", "app", "factory"],
      ["xs", "0x40", "1"], // as Moddable looks for it
      ["xsnn", "data", "0x41"],
    ]);
    const store = partitions[4];
    expect(store.bytes % (2 * 4096)).toBe(0);
    expect(store.offset + store.bytes).toBeLessThanOrEqual(4 * 2 ** 20);
  });
});

describe("xsnn app refuses", () => {
  it.each([
    ["a folder with something in it", "folder-not-empty", [digits, "-b", "esp32-c3", "-o", app]],
    ["this computer", "board-is-host", [digits, "-b", "host-xs"]],
    ["samples of several models", "arguments", [digits, digits, "-b", "esp32-c3", "-i", samples[0]]],
    ["two models of one name", "arguments", [digits, digits, "-b", "esp32-c3", "-o", join(folder, "two")]],
    ["a model that is not there", "file-not-readable", ["none.tflite", "-b", "esp32-c3"]],
  ])("%s", async (_, problem, args) => {
    const { code, out, err } = await xsnn("app", ...args);
    expect(err).toContain(`[${problem}]`);
    expect({ code, out }).toEqual({ code: 1, out: "" });
  });

  it("a board without room, and writes nothing", async () => {
    const small = JSON.parse(readFileSync("boards/descriptions/esp32-c3.json", "utf8"));
    small.flash.bytes.value = 2 ** 20;
    const path = join(folder, "small.json");
    writeFileSync(path, JSON.stringify(small));
    const { err } = await xsnn("app", digits, "-b", path, "-o", join(folder, "none"));
    expect(err).toContain("[partitions-too-small]");
    expect(readdirSync(folder)).not.toContain("none");
  });
});

it("writes applications for chips without partitions, and says so", async () => {
  const target = join(folder, "old");
  const { out } = await xsnn("app", digits, "-b", "esp8266", "-o", target);
  expect(out).toContain("no partition table");
  expect(readdirSync(target)).not.toContain("partitions.csv");
  const { build, platforms } = JSON.parse(readFileSync(join(target, "manifest.json"), "utf8"));
  expect(build.PARTITIONS_FILE).toBeUndefined();
  expect(platforms["esp/nodemcu"].modules).toEqual({ print: "./print-trace" });
});
