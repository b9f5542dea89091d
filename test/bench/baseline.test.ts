import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseBaseline } from "../../codegen/bench/baseline.js";
import { baselinePath, defaultBoards } from "../../codegen/cli/bench/suite.js";
import { xsnn } from "../cli/harness.js";

describe("the project's baseline", () => {
  it("has the shipped model on every default board", () => {
    const rows = parseBaseline(readFileSync(baselinePath()), baselinePath());
    const boards = rows.filter(({ model }) => model === "digits").map(({ board }) => board);
    expect(boards.sort()).toEqual([...defaultBoards].sort());
  });

  it("is kept: the shipped model is neither slower nor bigger, and two runs count the same", async () => {
    const bench = async () => {
      const { code, out } = await xsnn("bench", "digits", "--check", "--json");
      return { code, ...JSON.parse(out) };
    };
    const first = await bench();
    expect(first.failed).toEqual([]);
    expect(first.changes).toMatchObject({ worse: [], incomparable: [], unmeasured: [], added: [] });
    expect(first.changes.compared).toBe(defaultBoards.length);
    expect(await bench()).toEqual(first);
  });
});
