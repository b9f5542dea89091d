/** The table of compression: what its columns are, and what is kept of it. */
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mixingInstructions } from "../../codegen/bench/compression/mixing.js";
import { compressionSection } from "../../codegen/bench/compression/table.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { plan } from "../../codegen/plan/plan.js";
import { KeptRows, type MeasuredRow } from "../../models/compression/kept.js";

const ROW: MeasuredRow = {
  name: "int8 dense",
  right: 97,
  nonZero: 90,
  parameterBytes: 100,
  counted: { flashBytes: 5000, ramBytes: 600, instructions: 8_000_000 },
  mixing: 4_000_000,
  macs: 1000,
};

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xsnn-"));
});

afterAll(() => rm(folder, { recursive: true }));

it("finds pointwise and dense layers, also where they are computed with others", () => {
  const planned = plan(runPasses(importModel(readFileSync("models/digits/digits.tflite"), "digits.tflite")));
  const found = planned.layers.map((_, layer) =>
    mixingInstructions(
      planned,
      planned.layers.map((_, i) => (i === layer ? 1 : 0)),
    ),
  );
  const names = planned.layers.map(({ ops }) => ops.map(({ name }) => name).join(" "));
  expect(names.filter((_, i) => found[i] === 1)).toMatchInlineSnapshot(`
    [
      "parts",
      "logits",
    ]
  `);
  expect(mixingInstructions(planned, found)).toBe(found.filter((it) => it === 1).length);
});

it("tells how many times smaller and faster rows are, and nothing of layers that others do not have", () => {
  const model = { model: "m", macs: 1000, parameters: 100, evaluated: 100, trained: 1, floatRight: 98 };
  const half = { ...ROW, name: "half", parameterBytes: 50, mixing: 1_000_000 };
  const student = { ...ROW, name: "student", right: 98, mixing: undefined };
  const conditions = { date: "2000-01-01", board: "esp32-c3", engine: "qemu", command: "make" };
  const lines = compressionSection({ ...model, rows: [ROW, half, student] }, conditions).split("\n");
  expect(lines.slice(4, 7)).toEqual([
    "| int8 dense | 97.00 % | 1.00 | 90 | 100 | 4.00 | 5,000 | 600 | 8.000 M | 1.00 | 1.00 |",
    "| half | 97.00 % | 1.00 | 90 | 50 | 8.00 | 5,000 | 600 | 8.000 M | 1.00 | 4.00 |",
    "| student | 98.00 % | 0.00 | 90 | 100 | 4.00 | 5,000 | 600 | 8.000 M | 1.00 | – |",
  ]);
});

it("makes a kept row again only if it is made with something else", async () => {
  const kept = new KeptRows(folder);
  const settings = { epochs: 5, student: () => 12 };
  let made = 0;
  const make = async () => {
    made++;
    return ROW;
  };
  for (let i = 0; i < 2; i++) expect(await kept.row("digits int8 dense", settings, make)).toEqual(ROW);
  expect(made).toBe(1);
  await kept.row("digits int8 dense", { ...settings, epochs: 6 }, make);
  await kept.row("digits int8 dense", { ...settings, student: () => 16 }, make);
  await kept.row("digits half", settings, make);
  expect(made).toBe(4);
  expect(await readdir(folder)).toHaveLength(4);
});
