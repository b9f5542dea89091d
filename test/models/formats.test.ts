/** The table of number formats, on an engine that computes as Node does and counts what a test says. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Engine } from "../../boards/engine.js";
import { nodeEngine } from "../../boards/node-engine.js";
import { main } from "../../models/formats/command.js";
import { fakeEngine } from "../cli/fake-engine.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "xsnn-formats-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** @param spoil changes what the engine gives */
async function table(args: readonly string[], spoil: (output: Uint8Array) => void = () => {}) {
  const fake = fakeEngine("qemu-rv32");
  const engine: Engine = {
    name: "qemu-rv32",
    about: "for tests",
    async run(job) {
      const { vectors, counters } = await fake.run(job);
      const computed = await nodeEngine.run(job);
      const outputs = computed.vectors.map((vector) => vector.outputs);
      for (const [output] of outputs) spoil(output);
      return { counters, vectors: vectors.map((vector, i) => ({ ...vector, outputs: outputs[i] })) };
    },
  };
  let [out, err] = ["", ""];
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    debug: false,
  };
  const code = await main({ io, engine: async () => engine, answerNo: () => {} }, args);
  return { code, out, err };
}

const TINY = "--model digits --format int8 --format e4m3 --evaluate 20 --calibrate 16 --run 2".split(" ");
const SECTIONS = "# A\n\n<!-- formats -->\nold\n<!-- /formats -->\n\n# B\n";

it("goes into the file, the same each time", async () => {
  const file = join(folder, "a.md");
  writeFileSync(file, SECTIONS);
  const { code, out, err } = await table([file, ...TINY]);
  expect([code, err]).toEqual([0, ""]);
  const text = readFileSync(file, "utf8");
  expect(text.startsWith("# A\n\n<!-- formats -->\n\n**digits**: 97,936 MACs")).toBe(true);
  expect(text.endsWith("\n<!-- /formats -->\n\n# B\n")).toBe(true);
  expect(text).not.toContain("old");
  expect(text).toContain("on 20 held-out samples");
  expect(text).toContain("counted on 2 held-out samples");
  expect(out).toContain(`Written to ${file}`);
  const rows = text.match(/^\| (float32|int8|e4m3) .*$/gm)!;
  expect(rows.map((row) => row.split(" | ").length)).toEqual([7, 7, 7]);
  expect(rows[0]).toMatch(/^\| float32 \| \d+ \| [\d.]+ % \| {2}\| {2}\| {2}\| {2}\|$/);
  await table([file, ...TINY]);
  expect(readFileSync(file, "utf8")).toBe(text);
});

it("leaves the file alone where the board computes something else", async () => {
  const file = join(folder, "a.md");
  writeFileSync(file, SECTIONS);
  const { code, err } = await table([file, ...TINY], (output) => {
    output[3] ^= 1;
  });
  expect(code).toBe(1);
  expect(err).toMatch(/digits.*another output for sample 0/);
  expect(readFileSync(file, "utf8")).toBe(SECTIONS);
});

it.each([
  [["--model", "letters"], /no model "letters".*digits, fashion/s],
  [["--model", "digits", "--format", "int3"], /no format "int3"/],
  [["--run", "0"], /at least 1/],
  [["nowhere.md"], /nowhere\.md/],
])("refuses %j", async (args, words) => {
  const { code, err } = await table(args);
  expect(code).toBe(1);
  expect(err).toMatch(words);
});

it("refuses a file without a place for it", async () => {
  const file = join(folder, "a.md");
  writeFileSync(file, "# A\n");
  const { code, err } = await table([file, ...TINY]);
  expect(code).toBe(1);
  expect(err).toContain("<!-- formats -->");
});
