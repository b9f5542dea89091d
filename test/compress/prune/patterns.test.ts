import { describe, expect, it } from "vitest";
import { type Mask, masked, maskOf, type Pruned, unpruned } from "../../../codegen/compress/prune/mask.js";
import { l1Method } from "../../../codegen/compress/prune/methods.js";
import { prunableLayers } from "../../../codegen/compress/prune/parameter.js";
import { groupsOf } from "../../../codegen/compress/prune/patterns/groups.js";
import { pruneLanes } from "../../../codegen/compress/prune/patterns/lanes.js";
import { nOfM } from "../../../codegen/compress/prune/patterns/n-of-m.js";
import { savings } from "../../../codegen/compress/prune/patterns/savings.js";
import { applyMethod, customFromMask } from "../../../codegen/compress/prune/prune.js";
import type { Op } from "../../../codegen/graph/op.js";
import { realValues } from "../../../codegen/graph/real-values.js";
import { type Plan, plan } from "../../../codegen/plan/plan.js";
import { FloatGraph, SAME_RELU } from "../../support/float-graph.js";
import { problemsOf } from "../../support/problems.js";
import { lanesNetwork } from "./lanes-network.js";

const maskIn = (pruned: Pruned, layer = 0) => [...maskOf(pruned, pruned.graph.ops[layer].inputs[1]!)];

describe("N:M", () => {
  function dense(weights: readonly number[], inputs: number): Pruned {
    const build = new FloatGraph();
    const attributes = { activation: "NONE", keepDims: false } as const;
    const shape = [weights.length / inputs, inputs];
    const output = build.op(
      "FULLY_CONNECTED",
      attributes,
      build.input([1, inputs]),
      build.constant(shape, weights),
      null,
    );
    return unpruned(build.graph([output]));
  }

  it("keeps the greatest N of each M inputs", () => {
    const pruned = nOfM(dense([1, -4, 3, 2, 5, 5, -6, 0, 8, 7, 6, 5, 1, 2, 3, -4], 8), 0, 2, 4);
    expect(maskIn(pruned)).toEqual([0, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1]);
  });

  it("keeps N of fewer neighbours at the end, and no more of what is pruned already", () => {
    expect(maskIn(nOfM(dense([1, 2, 3, 4, 7, 9, 8], 7), 0, 2, 4))).toEqual([0, 0, 1, 1, 0, 1, 1]);
    const first = customFromMask(
      dense([1, 2, 3, 4], 4),
      { layer: 0, name: "weight" },
      Uint8Array.of(1, 0, 0, 0),
    );
    expect(maskIn(nOfM(first, 0, 2, 4))).toEqual([1, 0, 0, 0]);
  });

  it("goes along the input channels of convolutions, and leaves depthwise ones as they are", () => {
    const build = new FloatGraph();
    const input = build.input([1, 2, 2, 2]);
    const conv = build.op("CONV_2D", SAME_RELU, input, build.constant([1, 1, 2, 2], [1, 2, 4, 3]), null);
    const depthwise = build.op(
      "DEPTHWISE_CONV_2D",
      { ...SAME_RELU, depthMultiplier: 1 },
      conv,
      build.constant([1, 2, 2, 1], [1, 2, 3, 4]),
      null,
    );
    const pruned = nOfM(nOfM(unpruned(build.graph([depthwise])), 0, 1, 2), 1, 1, 2);
    expect([maskIn(pruned, 0), maskIn(pruned, 1)]).toEqual([
      [0, 1, 1, 0],
      [1, 1, 1, 1],
    ]);
  });

  it("refuses what is no pattern", () => {
    for (const [n, m] of [
      [0, 4],
      [5, 4],
      [1.5, 4],
      [2, Number.NaN],
    ])
      expect(problemsOf(() => [nOfM(dense([1, 2], 2), 0, n, m)] as never).map(({ code }) => code)).toEqual([
        "prune-pattern",
      ]);
  });
});

describe("groups of weights that are multiplied at once", () => {
  const groups = (kind: Op["kind"], shape: number[], form: Parameters<typeof groupsOf>[2]) =>
    groupsOf({ kind } as Op, shape, form).map((group) => [...group]);

  it("planes: rows of taps", () => {
    // [outputs 1, rows 2, columns 3, inputs 2]
    expect(groups("CONV_2D", [1, 2, 3, 2], "planes")).toEqual([
      [0, 2, 4],
      [1, 3, 5],
      [6, 8, 10],
      [7, 9, 11],
    ]);
    expect(groups("DEPTHWISE_CONV_2D", [1, 2, 3, 2], "planes")).toEqual(
      groups("CONV_2D", [1, 2, 3, 2], "planes"),
    );
    expect(groups("CONV_2D", [2, 1, 1, 2], "planes")).toEqual([[0], [1], [2], [3]]);
  });

  it("columns: an input's weights for all outputs", () => {
    expect(groups("FULLY_CONNECTED", [3, 2], "columns")).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ]);
    expect(groups("CONV_2D", [2, 1, 2, 1], "columns")).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect(groups("DEPTHWISE_CONV_2D", [1, 1, 2, 3], "columns")).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it("unrolled: single weights; rolled: none", () => {
    expect(groups("FULLY_CONNECTED", [1, 2], "unrolled")).toEqual([[0], [1]]);
    expect(groups("FULLY_CONNECTED", [1, 2], "rolled")).toEqual([]);
  });
});

describe("lanes", () => {
  const graph = lanesNetwork();
  const found = savings(unpruned(graph));
  const instructions = ({ layers }: Plan) => layers.reduce((sum, { cost }) => sum + cost.instructions, 0);
  const predicted = (pruned: Pruned) => instructions(plan(masked(pruned)));
  const zeros = (masks: Iterable<Mask>) =>
    [...masks].flatMap((mask) => [...mask]).filter((kept) => !kept).length;

  it("asks the planner for forms, and for what zeros save", () => {
    expect(found.map(({ op, form, groups }) => [op.kind, form, groups.length])).toEqual([
      ["CONV_2D", "planes", 96],
      ["CONV_2D", "planes", 64],
      ["FULLY_CONNECTED", "columns", 72],
    ]);
    for (const saving of found) expect(saving.instructions).toBeGreaterThan(100);
  });

  const total = 8 * 36 + 64 + 40 * 72;
  const layers = prunableLayers(graph).map(({ name }) => ({ layer: name, name: "weight" as const }));

  function expectWholeGroups(pruned: Pruned): void {
    for (const { op, groups } of found) {
      const mask = maskOf(pruned, op.inputs[1]!);
      for (const group of groups) expect(new Set(group.map((i) => mask[i])).size).toBe(1);
    }
  }

  it.each([0.25, 0.5, 0.75])(
    "%d: prunes whole groups of each layer, and saves more than as many single weights",
    (fraction) => {
      const pruned = pruneLanes(unpruned(graph), { fraction }, found);
      expectWholeGroups(pruned);
      const count = zeros(pruned.masks.values());
      expect(count).toBeLessThanOrEqual(fraction * total);
      expect(count).toBeGreaterThan(fraction * total - 50);
      const least = layers.reduce(
        (before, layer) => applyMethod(before, layer, l1Method({ fraction })),
        unpruned(graph),
      );
      expect(predicted(pruned)).toBeLessThan(predicted(least));
      // In each layer those of the least norms.
      const first = found.find(({ op }) => op === graph.ops[0])!;
      const values = realValues(graph.tensors[graph.ops[0].inputs[1]!]);
      const mask = maskOf(pruned, graph.ops[0].inputs[1]!);
      const norms = (kept: number) =>
        first.groups
          .filter((group) => mask[group[0]] === kept)
          .map((group) => group.reduce((sum, i) => sum + Math.abs(values[i]), 0));
      expect(Math.max(...norms(0))).toBeLessThanOrEqual(Math.min(...norms(1)));
    },
  );

  it("of all layers together, those in which it saves most lose most", () => {
    const each = pruneLanes(unpruned(graph), { fraction: 0.3 }, found);
    const all = pruneLanes(unpruned(graph), { fraction: 0.3 }, found, { global: true });
    expectWholeGroups(all);
    const count = zeros(all.masks.values());
    expect(count).toBeLessThanOrEqual(0.3 * total);
    expect(count).toBeGreaterThan(0.3 * total - 50);
    expect(predicted(all)).not.toBe(predicted(each));
    // Were zeros of the first layer worth nothing next to others, it would lose nothing.
    const changed = found.map((saving) =>
      saving.op === graph.ops[0] ? { ...saving, instructions: 1e-9 } : saving,
    );
    const without = pruneLanes(unpruned(graph), { fraction: 0.3 }, changed, { global: true });
    expect(maskOf(without, graph.ops[0].inputs[1]!)).not.toContain(0);
  });

  it("calls compose, and layers that save nothing stay as they are", () => {
    const first = pruneLanes(unpruned(graph), { fraction: 0.5 }, found);
    const second = pruneLanes(first, { fraction: 0.5 }, found);
    expect(zeros(second.masks.values())).toBeGreaterThan(0.75 * total - 100);
    expect(zeros(second.masks.values())).toBeLessThanOrEqual(0.75 * total);
    const without = found.map((saving) =>
      saving.form === "columns" ? { ...saving, instructions: 0 } : saving,
    );
    const pruned = pruneLanes(unpruned(graph), { fraction: 0.5 }, without);
    expect(pruned.masks.size).toBe(2);
  });
});
