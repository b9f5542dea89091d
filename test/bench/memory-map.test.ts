import { describe, expect, it } from "vitest";
import { type Block, liveBytes, memoryMap } from "../../codegen/bench/profile/memory-map.js";
import { openTarget } from "../../codegen/cli/target.js";
import type { Report } from "../../codegen/emit/report.js";
import { runningMaximum } from "../cli/models.js";
import { compiledReport } from "./compiled.js";

/** Pairs of blocks that hold the same byte during the same layer. */
function collisions(blocks: readonly Block[]): string[] {
  return blocks.flatMap((a, i) =>
    blocks
      .slice(i + 1)
      .filter((b) => a.first <= b.last && b.first <= a.last)
      .filter((b) => a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes)
      .map((b) => `${a.names} and ${b.names}`),
  );
}

describe("memoryMap", () => {
  it("of the digits model shows every tensor once, apart from all others that live with it", async () => {
    const { report } = await openTarget(
      new URL("../../models/digits/digits.tflite", import.meta.url).pathname,
    );
    const blocks = memoryMap(report);
    expect(collisions(blocks)).toEqual([]);
    expect(blocks.flatMap(({ names }) => names).sort()).toEqual(
      report.tensors.map(({ name }) => name).sort(),
    );
    expect(Math.max(...blocks.map(({ offset, bytes }) => offset + bytes))).toBe(report.arenaBytes);
    expect(Math.max(...report.layers.map((_, i) => liveBytes(blocks, i)))).toBeLessThanOrEqual(
      report.arenaBytes,
    );
    expect(blocks.filter(({ kind }) => kind === "input").map(({ first }) => first)).toEqual([0]);
    expect(blocks.filter(({ kind }) => kind === "output").map(({ last }) => last)).toEqual([
      report.layers.length - 1,
    ]);
  });

  it("shows streaming state for as long as there is time", () => {
    const report = compiledReport(runningMaximum(8));
    const blocks = memoryMap(report);
    expect(collisions(blocks)).toEqual([]);
    expect(blocks.filter(({ kind }) => kind === "state")).toMatchObject([
      { names: ["greatest"], bytes: 8, first: 0, last: report.layers.length - 1 },
    ]);
  });

  it("shows tensors that share their bytes as one block, which lives until the last of them is read", () => {
    const tensor = { dtype: "int8", shape: [4], bytes: 4 } as const;
    const layer = {
      op: 0,
      kind: "ADD",
      name: "",
      form: "rolled",
      steps: 1,
      longestStep: 1,
      macs: 0,
      constantBytes: 0,
    };
    const report = {
      inputs: [0],
      outputs: [3],
      variables: [],
      layers: [
        { ...layer, inputs: [0], outputs: [1] },
        { ...layer, inputs: [null, 2], outputs: [3] },
      ],
      tensors: [
        { ...tensor, id: 0, name: "in", offset: 0, layer: -1 },
        { ...tensor, id: 1, name: "made", offset: 4, layer: 0 },
        { ...tensor, id: 2, name: "reshaped", offset: 4, layer: 0 },
        { ...tensor, id: 3, name: "out", offset: 0, layer: 1 },
      ],
    } as unknown as Report;
    expect(memoryMap(report)).toEqual([
      { names: ["in"], kind: "input", offset: 0, bytes: 4, first: 0, last: 0 },
      { names: ["made", "reshaped"], kind: "between", offset: 4, bytes: 4, first: 0, last: 1 },
      { names: ["out"], kind: "output", offset: 0, bytes: 4, first: 1, last: 1 },
    ]);
  });
});
