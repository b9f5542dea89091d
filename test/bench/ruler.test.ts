import { describe, expect, it } from "vitest";
import { rulerNotes, rulerTable } from "../../codegen/bench/ruler/markdown.js";
import { type RulerRow, rowDocument } from "../../codegen/bench/ruler/row.js";
import { withSection } from "../../codegen/bench/section.js";
import { refusedWith } from "./refused.js";

const layer = { kind: "CONV_2D", name: "conv", macs: 50_000, inCollections: 10, predicted: 1 };
const row: RulerRow = {
  model: "small",
  form: "planes+rolled",
  macs: 100_000,
  instructions: new Map([
    [0, 4_000_000],
    [3, 6_000_000],
    [8, 2_000_000],
  ]),
  vectors: 3,
  wrong: [],
  rolled: 60_000_000,
  tflm: 3_000_000,
  flash: { bytecodeBytes: 1000, frozenBytes: 20_000, constantBytes: 300 },
  ramBytes: 9000,
  liveChunkBytes: 8000,
  chunkBytes: 98_304,
  blockBytes: 112_640,
  layers: [
    {
      ...layer,
      op: 0,
      form: "planes",
      instructions: 3e6,
      steps: 3,
      longestStep: 2e6,
      predictedLongestStep: 2e6,
    },
    {
      ...layer,
      op: 1,
      form: "rolled",
      instructions: 1e6,
      steps: 2,
      longestStep: 6e5,
      predictedLongestStep: 1,
    },
  ],
};
const cellsOf = (table: string, line: number) =>
  table
    .split("\n")
    [line].split("|")
    .map((cell) => cell.trim())
    .slice(1, -1);

describe("the ruler's table", () => {
  it("has worst and mean, and ratios of the worst", () => {
    const table = rulerTable([row]);
    expect(Object.fromEntries(cellsOf(table, 0).map((title, i) => [title, cellsOf(table, 2)[i]]))).toEqual({
      model: "small",
      MACs: "100,000",
      "TFLM's C++": "3.000 M",
      worst: "6.000 M",
      mean: "4.000 M",
      "a MAC": "60.0",
      "÷ TFLM": "2.00",
      "÷ rolled": "0.100",
      flash: "21,300",
      RAM: "9,000",
      steps: "5",
      "longest step": "2.000 M",
    });
  });

  it("says which outputs are wrong, and what did not run", () => {
    const [name] = cellsOf(rulerTable([{ ...row, wrong: [3, 8], vectors: 16 }]), 2);
    expect(name).toBe("small, 3 of 16 vectors: **wrong output** for vectors 3, 8");
  });

  it("leaves what TFLM takes empty where nobody counted it", () => {
    const { tflm: _, ...unknown } = row;
    const cells = cellsOf(rulerTable([unknown]), 2);
    expect([cells[2], cells[6]]).toEqual(["", ""]);
  });

  it("comes with the machine of each model, and the planner's options", () => {
    const conditions = {
      date: "2026-01-31",
      board: "b",
      engine: "e",
      room: "Room.",
      options: "`--optimize size`",
    };
    const notes = rulerNotes([row, { ...row, model: "large", chunkBytes: 131_072 }], conditions);
    expect(notes).toContain("98,304 bytes of chunks, 131,072 for large; with");
    expect(notes).toContain("counted on 2026-01-31");
    expect(notes).toContain("Compiled with `--optimize size`.");
    expect(rulerNotes([row], { ...conditions, options: "" })).not.toContain("Compiled with");
  });

  it("as a document has the same figures", () => {
    expect(rowDocument(row)).toMatchObject({
      worst: 6_000_000,
      worstVector: 3,
      mean: 4_000_000,
      instructionsPerMac: 60,
      ratioToTflm: 2,
      ratioToRolled: 0.1,
      flashBytes: 21_300,
      steps: 5,
      longestStep: 2_000_000,
      instructions: { 0: 4_000_000, 3: 6_000_000, 8: 2_000_000 },
    });
  });
});

describe("its section of a file", () => {
  it("is replaced, and nothing else", () => {
    const file = "# A\n\n<!-- bench -->\nold\n<!-- /bench -->\n\n# B\n";
    expect(withSection(file, "bench", "new\n", "a.md")).toBe(
      "# A\n\n<!-- bench -->\n\nnew\n\n<!-- /bench -->\n\n# B\n",
    );
    expect(withSection(withSection(file, "bench", "old\n", "a.md"), "bench", "new\n", "a.md")).toBe(
      withSection(file, "bench", "new\n", "a.md"),
    );
  });

  it.each(["", "<!-- bench -->\n", "<!-- /bench -->\n<!-- bench -->\n"])("is missing in %j", (file) => {
    expect(refusedWith(() => withSection(file, "bench", "", "a.md"))).toEqual(["bench-no-section"]);
  });
});
