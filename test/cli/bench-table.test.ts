/** `xsnn bench --table`, on an engine that computes as Node does and counts what a test says. */
import { readFileSync, writeFileSync } from "node:fs";
import { beforeEach, expect, it } from "vitest";
import { nodeEngine } from "../../boards/node-engine.js";
import { describeGolden, goldenMeta } from "../golden/golden.js";
import { type FakeEngine, fakeEngine } from "./fake-engine.js";
import { codesOf, folderNames, inEmptyFolder, withEngines } from "./harness.js";

const ALL = goldenMeta.bind(undefined, "hello_world_int8");

describeGolden("xsnn bench --table", () => {
  inEmptyFolder();
  let fake: FakeEngine;
  /** How the engine spoils an output. */
  let spoil: (output: Uint8Array, vector: number) => void;

  beforeEach(() => {
    fake = fakeEngine("qemu-rv32");
    spoil = () => {};
  });

  const engine = {
    name: "qemu-rv32",
    about: "for tests",
    run: async (job: Parameters<FakeEngine["run"]>[0]) => {
      const counted = await fake.run(job);
      const { vectors } = await nodeEngine.run(job);
      for (const [i, { outputs }] of vectors.entries()) spoil(outputs[0], i);
      return {
        ...counted,
        vectors: counted.vectors.map((one, i) => ({ ...one, outputs: vectors[i].outputs })),
      };
    },
  };
  const bench = (line: string) => withEngines({ "qemu-rv32": engine }, "bench", ...line.split(" "));

  it("runs all vectors, in the machine of the ruler", async () => {
    const { code, out } = await bench("hello_world_int8 --table --json");
    expect(code).toBe(0);
    const { rows, failed } = JSON.parse(out);
    expect(failed).toEqual([]);
    expect(rows).toMatchObject([
      { model: "hello_world_int8", macs: 288, worst: 5_000, tflm: 6290, wrong: [], chunkBytes: 98_304 },
    ]);
    const count = ALL().vectors.length;
    expect(Object.keys(rows[0].instructions)).toHaveLength(count);
    expect(fake.jobs[0].vectors).toHaveLength(count);
    const { chunkBytes, slots, stackSlots, block } = fake.jobs[0].machine!;
    expect(chunkBytes + 16 + 16 * (slots + stackSlots)).toBe(block!.bytes);
    expect(block!.bytes).toBe(98_304 + 16 * (512 + 512));
  });

  it("says which outputs are wrong, exits with 1 and leaves the file", async () => {
    spoil = (output, vector) => {
      if (vector === 2) output[0] ^= 1;
    };
    const { code, out } = await bench("hello_world_int8 --table");
    expect([code, out]).toEqual([1, expect.stringContaining("**wrong output** for vectors 2 |")]);
  });

  it("takes variants, whose outputs are those of their rolled form on Node", async () => {
    const { code, out } = await bench("kws_ref_int8:ternary --table --vectors 2 --json");
    expect(code).toBe(0);
    expect(JSON.parse(out).rows).toMatchObject([{ model: "kws_ref_int8:ternary", vectors: 12, wrong: [] }]);
    spoil = (output) => {
      output[0] ^= 1;
    };
    expect((await bench("kws_ref_int8:ternary --table --vectors 1 --json")).code).toBe(1);
  });

  it("takes variants without --table too", async () => {
    const { out } = await bench("kws_ref_int8:int4 -b esp32-c3 --json");
    expect(JSON.parse(out).rows).toMatchObject([{ model: "kws_ref_int8:int4", macs: 2_656_768 }]);
  });

  it("goes on where a model has no vectors", async () => {
    const { code, out } = await bench("digits hello_world_int8 --table");
    expect(code).toBe(1);
    expect(out).toMatch(/^\| hello_world_int8 \|/m);
    expect(out).toMatch(/^digits: .*\[bench-no-vectors\]$/m);
  });

  it.each([
    ["a variant that there is not", "bench-variant-unknown", "kws_ref_int8:int3 --table --json"],
    ["a file without a section", "bench-no-section", "--table none.md --json"],
    ["a file that is none of Markdown", "arguments", "--table kws_ref_int8 --json"],
    ["some models for a file", "arguments", "hello_world_int8 --table none.md --json"],
    ["a board", "arguments", "hello_world_int8 --table --board esp32-c3 --json"],
    ["a number of vectors without --table", "arguments", "hello_world_int8 --vectors 2 --json"],
  ])("refuses %s", async (_, code, line) => {
    writeFileSync("none.md", "# Nothing\n");
    const called = await bench(line);
    expect([called.code, codesOf(called)]).toEqual([1, [code]]);
    expect(fake.jobs).toEqual([]);
    expect([folderNames(), readFileSync("none.md", "utf8")]).toEqual([["none.md"], "# Nothing\n"]);
  });
});
