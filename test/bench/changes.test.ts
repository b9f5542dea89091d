import { describe, expect, it } from "vitest";
import { baselineDocument, parseBaseline } from "../../codegen/bench/baseline.js";
import { changes } from "../../codegen/bench/changes.js";
import type { Measurement } from "../../codegen/bench/measurement.js";
import { refusedWith } from "./refused.js";

function row(model: string, figures: Partial<Measurement> = {}): Measurement {
  return {
    model,
    board: "esp32-c3",
    engine: "qemu-rv32",
    form: "rolled",
    macs: 10,
    instructions: 10_000,
    ramBytes: 5000,
    flashBytes: 20_000,
    ...figures,
  };
}

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const caseOf = (model: string, engine = "qemu-rv32", form = "rolled") => ({
  model,
  board: "esp32-c3",
  engine,
  form,
});

describe("changes", () => {
  it("tells nothing of one per cent, up or down", () => {
    const found = changes(
      [row("a"), row("b")],
      [row("a", { instructions: 10_100 }), row("b", { ramBytes: 4950 })],
    );
    expect(found).toEqual({
      compared: 2,
      worse: [],
      better: [],
      incomparable: [],
      unmeasured: [],
      added: [],
    });
  });

  it("tells of more than one per cent which way it went, figure by figure", () => {
    const now = row("a", { instructions: 10_101, ramBytes: 4949, flashBytes: 30_000 });
    const { worse, better } = changes([row("a")], [now]);
    expect(worse).toEqual([
      { ...caseOf("a"), figure: "instructions", before: 10_000, after: 10_101 },
      { ...caseOf("a"), figure: "flashBytes", before: 20_000, after: 30_000 },
    ]);
    expect(better).toEqual([{ ...caseOf("a"), figure: "ramBytes", before: 5000, after: 4949 }]);
  });

  it("tells of the first byte where there was none", () => {
    const { worse } = changes([row("a", { ramBytes: 0 })], [row("a", { ramBytes: 1 })]);
    expect(worse).toMatchObject([{ figure: "ramBytes", before: 0, after: 1 }]);
  });

  it("compares no counts of different engines, forms or figures", () => {
    const { ramBytes: _, ...partial } = row("c");
    const found = changes(
      [row("a"), row("b"), row("c"), row("gone")],
      [row("a", { engine: "qemu-rv32-fast" }), row("b", { form: "lanes" }), partial, row("new")],
    );
    expect(found.compared).toBe(0);
    expect(found.incomparable).toEqual([caseOf("a"), caseOf("b"), caseOf("c")]);
    expect(found.unmeasured).toEqual([caseOf("gone")]);
    expect(found.added).toEqual([
      caseOf("a", "qemu-rv32-fast"),
      caseOf("b", "qemu-rv32", "lanes"),
      caseOf("new"),
    ]);
  });
});

describe("a baseline", () => {
  it("is read back as it was written, sorted, with nothing but its figures", () => {
    const { flashBytes: _, ...partial } = row("a", { layers: [] });
    const read = parseBaseline(bytesOf(baselineDocument([row("b"), partial])), "baseline.json");
    expect(read).toEqual([
      { ...caseOf("a"), instructions: 10_000, ramBytes: 5000 },
      { ...caseOf("b"), instructions: 10_000, ramBytes: 5000, flashBytes: 20_000 },
    ]);
  });

  it.each([
    ["no JSON", new TextEncoder().encode("{")],
    ["a list", bytesOf([])],
    ["null", bytesOf(null)],
    ["another version", bytesOf({ version: 2, rows: [] })],
    ["no rows", bytesOf({ version: 1 })],
    ["a row without a board", bytesOf({ version: 1, rows: [{ model: "a", engine: "e", form: "f" }] })],
    ["a negative count", bytesOf({ version: 1, rows: [{ ...caseOf("a"), instructions: -1 }] })],
    ["a count in words", bytesOf({ version: 1, rows: [{ ...caseOf("a"), ramBytes: "much" }] })],
  ])("that is %s is refused", (_, bytes) => {
    expect(refusedWith(() => parseBaseline(bytes, "baseline.json"))).toEqual(["baseline-malformed"]);
  });
});
