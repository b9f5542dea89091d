import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { folderNames, inEmptyFolder, writeModel, xsnn } from "./harness.js";
import { identity } from "./models.js";

const DIGITS = new URL("../../models/digits/digits.tflite", import.meta.url).pathname;
const ROW = ["--boards", "esp32-c3,esp32-s3,esp32-c3", "--link", "uart:921600"];

describe("xsnn split", () => {
  inEmptyFolder();

  beforeEach(() => writeModel("small.tflite", identity([1, 4])));

  it("writes an artifact for each board and says who computes and sends what", async () => {
    const { code, out, err } = await xsnn("split", DIGITS, ...ROW);
    expect([code, err]).toEqual([0, ""]);
    const { version, hash, chain, links, stages } = JSON.parse(
      readFileSync("split/digits/split.json", "utf8"),
    );
    expect(version).toBe(2);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(chain).toEqual(["esp32-c3", "esp32-s3", "esp32-c3"]);
    expect(links).toHaveLength(2);
    expect(stages.length).toBeGreaterThan(1);
    for (const [i, stage] of stages.entries()) {
      const folder = `split/digits/${stage.folder}`;
      const { module, arenaBytes } = JSON.parse(readFileSync(`${folder}/plan.json`, "utf8"));
      expect(module).toBe(`digits-stage${i + 1}`);
      expect(arenaBytes).toBeGreaterThan(0);
      const { model, incoming, outgoing } = (await import(`${process.cwd()}/${folder}/pipeline.js`)).default;
      expect(model).toBe(hash);
      expect([incoming.bytes, outgoing.bytes]).toEqual([stage.inBytes, stage.outBytes]);
      expect(incoming.tensors).toEqual(i === 0 ? stage.in : stages[i - 1].out);
      const { modules, preload } = JSON.parse(readFileSync(`${folder}/manifest.json`, "utf8"));
      expect(modules[`${module}/pipeline`]).toBe("./pipeline.js");
      expect(preload).toContain(`${module}/pipeline`);
    }
    expect(out).toContain(`│  uart:921600, ${stages[0].bytesSent.toLocaleString("en-US")} bytes`);
    expect(out).toMatch(/^stage1 +esp32-c3 +[\d,]+ +[\d.]+ ms/m);
    expect(out).toMatch(/The split gives \d\.\d\d times as many results/);
    expect(out).toContain("Written to split/digits");
  });

  it("takes the chain from a file, replaces a split, and prints split.json", async () => {
    writeFileSync("chain.json", JSON.stringify({ boards: ["esp32-c3", "esp32-c3"], links: ["udp"] }));
    await xsnn("split", DIGITS, ...ROW);
    const { code, out } = await xsnn("split", DIGITS, "--chain", "chain.json", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(JSON.parse(readFileSync("split/digits/split.json", "utf8")));
    expect(JSON.parse(out).links[0].kind).toBe("udp");
    expect(existsSync("split/digits/stage3")).toBe(false);
  });

  it("reckons with typical inputs where they are given", async () => {
    writeFileSync("black.bin", new Int8Array(28 * 28).fill(-128));
    const instructions = async (...input: string[]) => {
      const { out } = await xsnn("split", DIGITS, ...ROW, ...input, "--json");
      const { stages } = JSON.parse(out) as { readonly stages: readonly { readonly instructions: number }[] };
      return stages.reduce((sum, stage) => sum + stage.instructions, 0);
    };
    expect(await instructions("--input", "black.bin")).toBeLessThan(await instructions());
    const { code, err } = await xsnn("split", DIGITS, ...ROW, "--input", "none.bin");
    expect([code, err]).toEqual([1, expect.stringContaining("[file-not-readable]")]);
  });

  it.each([
    [["--boards", "esp32-c4"], 'there is no board "esp32-c4"'],
    [["--boards", "host-node"], "host-node is this computer"],
    [["--boards", "esp32-c3,esp32-c3", "--link", "uart"], '"uart" is no link'],
    [["--boards", "esp32-c3,esp32-c3", "--link", "wire:9600"], '"wire:9600" is no link'],
    [["--boards", "esp32-c3,esp32-c3"], "2 boards in a row have 1 links between them, and 0 are given"],
    [["--boards", "esp32-c3,esp32-c3,esp32-c3", "--link", "udp,udp,udp"], "and 3 are given"],
    [["--link", "udp"], "no boards are given"],
    [["--chain", "none.json"], "none.json"],
    [["--chain", "bad.json"], "bad.json is no chain of boards: it is no JSON"],
    [["--chain", "odd.json"], "odd.json is no chain of boards: boards and links are to be lists"],
  ])("refuses %j", async (options, message) => {
    writeFileSync("bad.json", "{");
    writeFileSync("odd.json", '{"boards":"esp32-c3","links":[]}');
    const { code, err } = await xsnn("split", "small.tflite", ...options);
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(folderNames()).not.toContain("split");
  });

  it("refuses a folder with something else in it, and leaves it as it is", async () => {
    mkdirSync("split/small", { recursive: true });
    writeFileSync("split/small/notes.txt", "mine");
    const { code, err } = await xsnn("split", "small.tflite", "--boards", "esp32-c3");
    expect(code).toBe(1);
    expect(err).toContain("notes.txt");
    expect(readFileSync("split/small/notes.txt", "utf8")).toBe("mine");
  });

  it("refuses a model of which no stage fits", async () => {
    writeModel("large.tflite", identity([1, 700, 700, 3]));
    const { code, err } = await xsnn(
      "split",
      "large.tflite",
      "--boards",
      "esp32-c3,esp32-c3",
      "--link",
      "udp",
    );
    expect(code).toBe(1);
    expect(err).toMatch(/no cut makes stages that fit/);
    expect(folderNames()).not.toContain("split");
  });
});
