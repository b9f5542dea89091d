import { describe, expect, it } from "vitest";
import { keptCount, maskOf, unpruned } from "../../../codegen/compress/prune/mask.js";
import { prunableLayers } from "../../../codegen/compress/prune/parameter.js";
import { sparser, worthwhileGroups } from "../../../codegen/compress/search/sparsify.js";
import { lanesNetwork } from "../prune/lanes-network.js";

const graph = lanesNetwork();
const whole = unpruned(graph);

describe("groups that are pruned at once", () => {
  it("are those of kernels, unless single weights save nearly as much", () => {
    const found = worthwhileGroups(whole, 0.5, {});
    // Half of single taps are hardly ever a whole row of three. Weights of a pointwise layer are single ones anyway; with zeros among
    // them the dense layer is better computed another way, too.
    expect(found.map(({ op, groups }) => [graph.ops.indexOf(op), groups[0].length])).toEqual([[0, 3]]);
  });
});

describe("sparser", () => {
  it.each([0.3, 0.75])(
    "prunes a share of %d of all weights, whole groups where they are worth it",
    (sparsity) => {
      const groups = worthwhileGroups(whole, sparsity, {});
      const pruned = sparser(whole, sparsity, groups);
      const masks = prunableLayers(graph).map((op) => maskOf(pruned, op.inputs[1]!));
      const total = masks.reduce((sum, mask) => sum + mask.length, 0);
      const kept = masks.reduce((sum, mask) => sum + keptCount(mask), 0);
      expect(Math.abs(total * (1 - sparsity) - kept)).toBeLessThan(8);
      for (const { op, groups: own } of groups) {
        const mask = maskOf(pruned, op.inputs[1]!);
        for (const group of own) expect(new Set([...group].map((i) => mask[i])).size).toBe(1);
      }
    },
  );
});
