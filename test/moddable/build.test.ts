/** `xsnn build` and `xsnn doctor` with programs of the test's own in place of the SDK's. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../../codegen/cli/program.js";
import { type FakeSdk, writeFakeSdk } from "./fake-sdk.js";

let folder = "";
let app = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "xsnn-build-"));
  app = join(folder, "demo");
  mkdirSync(app);
  const files = {
    "app.json": '{ "format": 1, "name": "demo", "board": "esp32-c3", "models": ["digits"] }',
    "manifest.json": '{\n  "build": {\n    "NAME": "demo"\n  }\n}\n',
    "partitions.csv":
      "nvs, data, nvs, 0x9000, 0x6000\nphy_init, data, phy, 0xf000, 0x1000\nfactory, app, factory, 0x10000, 0x100000\nxs, 0x40, 1, , 256K\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(app, name), text);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function xsnn(...args: string[]) {
  let out = "";
  let err = "";
  const io = { out: (text: string) => (out += text), err: (text: string) => (err += text), debug: false };
  const code = await main(args, io);
  return { code, out, err };
}

/** @param idf whether ESP-IDF is there */
function install(fake: FakeSdk = {}, idf = true): string {
  const sdk = join(folder, "sdk");
  const env = writeFakeSdk(sdk, fake);
  for (const [name, value] of Object.entries({ ...env, IDF_PATH: idf ? sdk : "" })) vi.stubEnv(name, value);
  return sdk;
}

describe("xsnn build", () => {
  it("collects the images, and says how much of the flash they take", async () => {
    const sdk = install();
    const { code, out } = await xsnn("build", app, "--board", "esp32-c3");
    expect(code).toBe(0);
    expect(out).toMatch(/factory +0x10000 +1,048,576 +1,000 +1,047,576/);
    expect(out).toMatch(/bootloader +0x0 +32,768 +900/);
    expect(JSON.parse(readFileSync(join(app, "build/esp32-c3/flash.json"), "utf8"))).toEqual({
      format: 1,
      board: "esp32-c3",
      images: [
        { name: "bootloader", file: "bootloader.bin", offset: 0 },
        { name: "partition table", file: "partition-table.bin", offset: 0x8000 },
        { name: "application", file: "xs_esp32.bin", offset: 0x10000 },
      ],
      partitions: [
        { name: "nvs", type: "data", subtype: "nvs", offset: 0x9000, bytes: 0x6000 },
        { name: "phy_init", type: "data", subtype: "phy", offset: 0xf000, bytes: 0x1000 },
        { name: "factory", type: "app", subtype: "factory", offset: 0x10000, bytes: 0x100000 },
        { name: "xs", type: "0x40", subtype: "1", offset: 0x110000, bytes: 0x40000 },
      ],
    });
    expect(readFileSync(join(app, "build/esp32-c3/xs_esp32.bin"))).toHaveLength(1000);
    const calls = readFileSync(join(sdk, "calls"), "utf8");
    expect(calls).toContain("-p esp32/esp32c3");
    expect(calls).not.toMatch(/(^| )-(m|d)( |$)/m);
  });

  it("builds for the debugger when asked to", async () => {
    const sdk = install();
    expect((await xsnn("build", app, "--debug")).code).toBe(0);
    expect(readFileSync(join(sdk, "calls"), "utf8")).toMatch(/^-d /);
  });

  it("without ESP-IDF links what it can, says what is missing, and makes no image", async () => {
    install({}, false);
    const { code, out } = await xsnn("build", app);
    expect(code).toBe(1);
    expect(out).toContain("mc.xs.c (7 bytes of C)");
    expect(out).toContain("No image was made: ESP-IDF is not there");
    expect(() => readFileSync(join(app, "build/esp32-c3/flash.json"))).toThrow();
  });

  it("builds for this computer", async () => {
    const sdk = install({}, false);
    const { code, out } = await xsnn("build", app, "--board", "lin");
    expect({ code, out }).toEqual({
      code: 0,
      out: `Built ${join(app, "build/moddable/bin/lin/mc/release/demo/mc.so")}\n`,
    });
    expect(readFileSync(join(sdk, "calls"), "utf8")).not.toMatch(/(^| )-m( |$)/);
  });

  it.each<[string, FakeSdk, string, RegExp]>([
    [
      "what mcconfig says when it fails",
      { failure: "'./main': file not found" },
      "build-failed",
      /file not found/,
    ],
    ["an image that is too large", { imageBytes: 2 ** 20 + 1 }, "image-too-large", /1 too many/],
    ["an older TypeScript", { typescript: "5.9.3" }, "typescript-missing", /typescript@7/],
  ])("reports %s", async (_, fake, problem, words) => {
    install(fake);
    vi.stubEnv("PATH", `${join(folder, "sdk", "bin")}:/usr/bin:/bin`);
    const { code, out, err } = await xsnn("build", app);
    expect(err).toContain(`[${problem}]`);
    expect(err).toMatch(words);
    expect({ code, out }).toEqual({ code: 1, out: "" });
  });

  it("says that there is no SDK", async () => {
    vi.stubEnv("PATH", "/usr/bin:/bin");
    expect((await xsnn("build", app)).err).toContain("[mcconfig-missing]");
  });

  it.each([
    ["another board's application", "app-board", ["--board", "esp32-s3"], {}],
    ["to run on a board", "arguments", ["--run", "3"], {}],
    ["what is no application", "folder-not-app", [], { "app.json": "{}" }],
    [
      "an overlap",
      "partitions-malformed",
      [],
      { "partitions.csv": "a, data, nvs, 0x9000, 64K\nb, data, nvs, 0x9000, 4K\n" },
    ],
    [
      "a table larger than the flash",
      "partitions-malformed",
      [],
      { "partitions.csv": "a, app, factory, 0x10000, 8M\n" },
    ],
  ])("refuses %s", async (_, problem, args, files: Record<string, string>) => {
    install();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(app, name), text);
    const { code, err } = await xsnn("build", app, ...args);
    expect(err).toContain(`[${problem}]`);
    expect(code).toBe(1);
  });
});

describe("xsnn doctor", () => {
  it("finds nothing missing for a board whose tools are all there", async () => {
    install();
    const { code, out } = await xsnn("doctor", "--board", "esp32-c3");
    expect(out).toMatch(/there +Moddable SDK +8\.2\.3/);
    expect(out).toContain("Nothing is missing to build for esp32-c3.");
    expect(code).toBe(0);
  });

  it("says what is missing, and how to get it", async () => {
    install({}, false);
    const { code, out } = await xsnn("doctor", "--board", "esp32-c3");
    expect(out).toMatch(/MISSING +ESP-IDF/);
    expect(out).toMatch(/^ESP-IDF: .*IDF_PATH/m);
    expect(code).toBe(1);
    vi.stubEnv("MODDABLE", "");
    const { checks } = JSON.parse((await xsnn("doctor", "--json")).out);
    const sdk = checks.find(({ name }: { name: string }) => name === "Moddable SDK");
    expect(sdk).toEqual({
      name: "Moddable SDK",
      needed: "xsnn build",
      isRequired: true,
      howToGet: expect.any(String),
    });
  });
});
