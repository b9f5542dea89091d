/** What `torch.nn.utils.prune` gives on worked examples, by its documentation and source (torch/nn/utils/prune.py of 2.x). */
import { describe, expect, it } from "vitest";
import { masked, maskOf, type Pruned, unpruned } from "../../../codegen/compress/prune/mask.js";
import {
  identityMethod,
  l1Method,
  lnChannelsMethod,
  randomMethod,
} from "../../../codegen/compress/prune/methods.js";
import type { Parameter } from "../../../codegen/compress/prune/parameter.js";
import * as prune from "../../../codegen/compress/prune/prune.js";
import { warmRandom } from "../../../codegen/compress/prune/random.js";
import { realValues } from "../../../codegen/graph/real-values.js";
import { opPlace } from "../../../codegen/problems/problem.js";
import { FloatGraph } from "../../support/float-graph.js";
import { singleOpGraph } from "../../support/graph-builder.js";
import { problemsOf } from "../../support/problems.js";

const WEIGHT: Parameter = { layer: 0, name: "weight" };
const BIAS: Parameter = { layer: 0, name: "bias" };

/** A Linear of so many inputs: its weight is [weights.length / inputs, inputs]. */
function linear(inputs: number, weights: readonly number[], bias?: readonly number[]): Pruned {
  const build = new FloatGraph();
  const outputs = weights.length / inputs;
  const output = build.op(
    "FULLY_CONNECTED",
    { activation: "NONE", keepDims: false },
    build.input([1, inputs]),
    build.constant([outputs, inputs], weights),
    build.constant([outputs], bias ?? new Float32Array(outputs)),
  );
  return unpruned(build.graph([output]));
}

/** Two Linear layers, of a row each. */
function two(first: readonly number[], second: readonly number[]): Pruned {
  const build = new FloatGraph();
  const layer = (input: number, weights: readonly number[]) =>
    build.op(
      "FULLY_CONNECTED",
      { activation: "NONE", keepDims: false },
      input,
      build.constant([1, weights.length], weights),
      null,
    );
  const outputs = [first, second].map((weights) => layer(build.input([1, weights.length]), weights));
  return unpruned(build.graph(outputs));
}

const maskIn = (pruned: Pruned, { layer, name }: Parameter) => {
  const { inputs } = pruned.graph.ops[layer as number];
  return [...maskOf(pruned, inputs[name === "weight" ? 1 : 2]!)];
};
const weightIn = (pruned: Pruned, layer = 0) => {
  const graph = masked(pruned);
  return [...realValues(graph.tensors[graph.ops[layer].inputs[1]!])];
};
const zerosOf = (mask: readonly number[]) => mask.filter((kept) => kept === 0).length;
const codes = (attempt: () => unknown) =>
  problemsOf(() => {
    attempt();
    return [];
  }).map(({ code }) => code);

describe("identity", () => {
  it("prunes nothing, and makes the parameter count as pruned", () => {
    const pruned = prune.identity(linear(2, [1, 2, 3, 4]), BIAS);
    expect(maskIn(pruned, BIAS)).toEqual([1, 1]);
    expect(prune.isPruned(pruned, 0)).toBe(true);
  });

  it("leaves what is pruned already", () => {
    const first = prune.l1Unstructured(linear(2, [1, 2, 3, 4]), WEIGHT, { count: 1 });
    expect(maskIn(prune.identity(first, WEIGHT), WEIGHT)).toEqual([0, 1, 1, 1]);
  });
});

describe("l1_unstructured", () => {
  it("prunes the elements of the least magnitudes", () => {
    // prune.l1_unstructured(m, "weight", amount=2)
    const pruned = prune.l1Unstructured(linear(3, [0.5, -2, 0.1, -0.3, 4, -5]), WEIGHT, { count: 2 });
    expect(maskIn(pruned, WEIGHT)).toEqual([1, 1, 0, 0, 1, 1]);
    expect(weightIn(pruned)).toEqual([0.5, -2, 0, 0, 4, -5]);
    expect(maskIn(pruned, BIAS)).toEqual([1, 1]);
  });

  it("rounds fractions to the nearest count, halves to even", () => {
    // round(0.5) == 0, round(1.5) == 2, round(2.5) == 2, round(3.5) == 4
    const kept = (fraction: number) =>
      zerosOf(
        maskIn(
          prune.l1Unstructured(linear(10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), WEIGHT, { fraction }),
          WEIGHT,
        ),
      );
    expect([0.05, 0.15, 0.25, 0.35, 0.44, 0.46, 1].map(kept)).toEqual([0, 2, 2, 4, 4, 5, 10]);
  });

  it("an iterative call prunes of what is left: 50 % and then 50 % leave a quarter", () => {
    const first = prune.l1Unstructured(linear(4, [1, -2, 3, -4, 5, -6, 7, -8]), WEIGHT, { fraction: 0.5 });
    expect(maskIn(first, WEIGHT)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    const second = prune.l1Unstructured(first, WEIGHT, { fraction: 0.5 });
    expect(maskIn(second, WEIGHT)).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
    expect(maskIn(first, WEIGHT), "the first one stays as it was").toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it("goes by importance scores where they are given, of which those of pruned elements do not count", () => {
    const importanceScores = [4, 3, 2, 1];
    const first = prune.l1Unstructured(linear(4, [1, 2, 3, 4]), WEIGHT, { count: 1 }, { importanceScores });
    expect(maskIn(first, WEIGHT)).toEqual([1, 1, 1, 0]);
    const second = prune.l1Unstructured(first, WEIGHT, { count: 1 }, { importanceScores });
    expect(maskIn(second, WEIGHT)).toEqual([1, 1, 0, 0]);
  });

  it("compares real values in quantized layers, a scale a channel, and a pruned weight is the zero point", () => {
    const type = { scales: [0.5], zeroPoints: [-128], axis: 0 };
    const graph = singleOpGraph(
      "FULLY_CONNECTED",
      { activation: "NONE", keepDims: false },
      [
        { shape: [1, 2], dtype: "int8", quantization: type },
        {
          shape: [2, 2],
          dtype: "int8",
          quantization: { scales: [0.01, 1], zeroPoints: [0, 0], axis: 0 },
          values: [100, -90, 1, 3],
        },
        {
          shape: [2],
          dtype: "int32",
          quantization: { scales: [0.005, 0.5], zeroPoints: [0, 0], axis: 0 },
          values: [1000, 2],
        },
      ],
      [{ shape: [1, 2], dtype: "int8", quantization: type }],
    );
    // Real values 1, −0.9, 1, 3: 90 is the least of them.
    const pruned = prune.l1Unstructured(unpruned(graph), WEIGHT, { count: 1 });
    expect(maskIn(pruned, WEIGHT)).toEqual([1, 0, 1, 1]);
    expect([...new Int8Array(masked(pruned).tensors[1].data!)]).toEqual([100, 0, 1, 3]);
    // Biases 5 and 1.
    const bias = prune.l1Unstructured(unpruned(graph), BIAS, { count: 1 });
    expect(maskIn(bias, BIAS)).toEqual([1, 0]);
    expect([...new Int32Array(masked(bias).tensors[2].data!.slice().buffer)]).toEqual([1000, 0]);
    // A zero point other than 0.
    const shifted = {
      ...graph,
      tensors: graph.tensors.with(1, {
        ...graph.tensors[1],
        quantization: { scales: [1], zeroPoints: [7], axis: 0 },
      }),
    };
    const moved = prune.l1Unstructured(unpruned(shifted), WEIGHT, { count: 2 });
    expect([...new Int8Array(masked(moved).tensors[1].data!)]).toEqual([100, -90, 7, 7]);
  });
});

describe("random_unstructured", () => {
  const weights = Array.from({ length: 40 }, (_, i) => i + 1);

  it("prunes as many as are asked for, the same for the same seed", () => {
    const once = (seed: number) =>
      maskIn(prune.randomUnstructured(linear(8, weights), WEIGHT, { fraction: 0.3 }, { seed }), WEIGHT);
    expect(zerosOf(once(1))).toBe(12);
    expect(once(1)).toEqual(once(1));
    expect(once(1)).not.toEqual(once(2));
  });

  it("iterative calls prune of what is left", () => {
    const first = prune.randomUnstructured(linear(8, weights), WEIGHT, { fraction: 0.5 });
    const second = prune.randomUnstructured(first, WEIGHT, { count: 5 }, { seed: 2 });
    expect(zerosOf(maskIn(second, WEIGHT))).toBe(25);
    maskIn(first, WEIGHT).forEach((kept, i) => {
      if (!kept) expect(maskIn(second, WEIGHT)[i]).toBe(0);
    });
  });

  it("every element is pruned as often, whatever its place and the seed", () => {
    const counts = Array<number>(8).fill(0);
    for (let seed = 1; seed <= 400; seed++)
      maskIn(
        prune.randomUnstructured(linear(8, weights.slice(0, 8)), WEIGHT, { count: 2 }, { seed }),
        WEIGHT,
      ).forEach((kept, i) => {
        counts[i] += 1 - kept;
      });
    for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(40);
  });
});

describe("ln_structured", () => {
  // Rows of L2 norms 5, 1, 3; L1 norms 7, 1, 3; columns of L2 norms 3, 5.1.
  const rows = [3, 4, 0, 1, 0, -3];

  it("prunes whole channels of the least norms", () => {
    // prune.ln_structured(m, "weight", amount=1, n=2, dim=0)
    const byRow = prune.lnStructured(linear(2, rows), WEIGHT, { count: 1 }, 2, 0);
    expect(maskIn(byRow, WEIGHT)).toEqual([1, 1, 0, 0, 1, 1]);
    // amount=0.5, dim=1: one of two columns
    const byColumn = prune.lnStructured(linear(2, rows), WEIGHT, { fraction: 0.5 }, 2, 1);
    expect(maskIn(byColumn, WEIGHT)).toEqual([0, 1, 0, 1, 0, 1]);
    expect(maskIn(prune.lnStructured(linear(2, rows), WEIGHT, { fraction: 0.5 }, 2, -1), WEIGHT)).toEqual([
      0, 1, 0, 1, 0, 1,
    ]);
  });

  it.each([
    // Rows [2 2 2], [3 0 0], [1 2 2.5]: L1 6, 3, 5.5; L2 3.46, 3, 3.35; L∞ 2, 3, 2.5; L−∞ 2, 0, 1; L0 3, 1, 3; L½ 18, 3, 15.9
    [1, [1, 1, 1, 0, 0, 0, 1, 1, 1]],
    [2, [1, 1, 1, 0, 0, 0, 1, 1, 1]],
    [Number.POSITIVE_INFINITY, [0, 0, 0, 1, 1, 1, 1, 1, 1]],
    [Number.NEGATIVE_INFINITY, [1, 1, 1, 0, 0, 0, 1, 1, 1]],
    [0, [1, 1, 1, 0, 0, 0, 1, 1, 1]],
    [0.5, [1, 1, 1, 0, 0, 0, 1, 1, 1]],
  ])("n = %d", (n, mask) => {
    const pruned = prune.lnStructured(linear(3, [2, 2, 2, 3, 0, 0, 1, 2, 2.5]), WEIGHT, { count: 1 }, n, 0);
    expect(maskIn(pruned, WEIGHT)).toEqual(mask);
  });

  it("channels of convolutions, in their layout [outputs, height, width, inputs]", () => {
    const build = new FloatGraph();
    const window = {
      padding: "VALID",
      strideHeight: 1,
      strideWidth: 1,
      dilationHeight: 1,
      dilationWidth: 1,
    } as const;
    const output = build.op(
      "CONV_2D",
      { ...window, activation: "NONE" },
      build.input([1, 2, 2, 2]),
      build.constant([2, 1, 2, 2], [1, 9, 1, 9, 2, 3, 2, 3]),
      null,
    );
    const pruned = prune.lnStructured(unpruned(build.graph([output])), WEIGHT, { count: 1 }, 1, 3);
    expect(maskIn(pruned, WEIGHT)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
  });

  it("structured on structured counts channels that are not yet entirely pruned", () => {
    const weights = [1, 1, 2, 2, 3, 3, 4, 4];
    const first = prune.lnStructured(linear(2, weights), WEIGHT, { fraction: 0.5 }, 2, 0);
    expect(maskIn(first, WEIGHT)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    // 0.5 of the two rows that are left is one, the lesser.
    const second = prune.lnStructured(first, WEIGHT, { fraction: 0.5 }, 2, 0);
    expect(maskIn(second, WEIGHT)).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
    // A count of more than that is refused, with the layer.
    const [{ code, place }] = problemsOf(
      () => [prune.lnStructured(second, WEIGHT, { count: 2 }, 2, 0)] as never,
    );
    expect([code, place?.op]).toEqual(["prune-amount-too-large", opPlace(second.graph.ops[0]).op]);
  });

  it("structured on unstructured has norms of what is left, and masks multiply", () => {
    // The 5 goes first by mask; then rows have norms 1 and 2, and the first one goes.
    const masked5 = prune.customFromMask(linear(2, [5, 1, 2, 0]), WEIGHT, Uint8Array.of(0, 1, 1, 1));
    const second = prune.lnStructured(masked5, WEIGHT, { count: 1 }, 2, 0);
    expect(maskIn(second, WEIGHT)).toEqual([0, 0, 1, 1]);
    const third = prune.lnStructured(masked5, WEIGHT, { count: 1 }, 2, 1);
    // Columns [_, 2] and [1, 0] have norms 2 and 1.
    expect(maskIn(third, WEIGHT)).toEqual([0, 0, 1, 0]);
  });

  it("unstructured on structured prunes elements of the rows that are left", () => {
    const first = prune.lnStructured(linear(2, [1, 1, 5, 2, 3, 4]), WEIGHT, { count: 1 }, 1, 0);
    const second = prune.l1Unstructured(first, WEIGHT, { fraction: 0.5 });
    expect(maskIn(second, WEIGHT)).toEqual([0, 0, 1, 0, 0, 1]);
  });

  it("goes by importance scores where they are given", () => {
    const importanceScores = [9, 9, 1, 1];
    const pruned = prune.lnStructured(linear(2, [0, 1, 5, 5]), WEIGHT, { count: 1 }, 2, 0, {
      importanceScores,
    });
    expect(maskIn(pruned, WEIGHT)).toEqual([1, 1, 0, 0]);
  });
});

describe("random_structured", () => {
  const weights = Array.from({ length: 24 }, (_, i) => i + 1);

  it("prunes whole channels, the same for the same seed", () => {
    const once = (seed: number) =>
      maskIn(prune.randomStructured(linear(4, weights), WEIGHT, { count: 3 }, 1, { seed }), WEIGHT);
    const mask = once(1);
    expect(mask.slice(0, 4).filter((kept) => kept === 0)).toHaveLength(3);
    for (let row = 1; row < 6; row++) expect(mask.slice(4 * row, 4 * row + 4)).toEqual(mask.slice(0, 4));
    expect(once(1)).toEqual(mask);
  });

  it("counts channels that are not yet entirely pruned", () => {
    const first = prune.randomStructured(linear(4, weights), WEIGHT, { count: 2 }, 0);
    const second = prune.randomStructured(first, WEIGHT, { fraction: 0.5 }, 0, { seed: 5 });
    expect(zerosOf(maskIn(second, WEIGHT))).toBe(16);
  });
});

describe("custom_from_mask", () => {
  it("multiplies masks", () => {
    // prune.custom_from_mask(m, name='bias', mask=torch.tensor([0, 1, 0])), as in the documentation
    const model = linear(1, [1, 2, 3], [4, 5, 6]);
    const first = prune.customFromMask(model, BIAS, Uint8Array.of(0, 1, 0));
    expect(maskIn(first, BIAS)).toEqual([0, 1, 0]);
    const second = prune.customFromMask(first, BIAS, Uint8Array.of(1, 0, 1));
    expect(maskIn(second, BIAS)).toEqual([0, 0, 0]);
  });
});

describe("global_unstructured", () => {
  const both: Parameter[] = [
    { layer: 0, name: "weight" },
    { layer: 1, name: "weight" },
  ];

  it("takes parameters as one: the least of all are pruned", () => {
    const pruned = prune.globalUnstructured(
      two([1, 2, 3, 4], [10, 20, 30, 40]),
      both,
      l1Method({ fraction: 0.25 }),
    );
    expect([maskIn(pruned, both[0]), maskIn(pruned, both[1])]).toEqual([
      [0, 0, 1, 1],
      [1, 1, 1, 1],
    ]);
    // Of the 6 that are left round(0.5 · 6) go.
    const again = prune.globalUnstructured(pruned, both, l1Method({ fraction: 0.5 }));
    expect([maskIn(again, both[0]), maskIn(again, both[1])]).toEqual([
      [0, 0, 0, 0],
      [0, 1, 1, 1],
    ]);
  });

  it("takes importance scores of some of them", () => {
    const scores = new Map([[both[1], [0.1, 5, 5, 0.2]]]);
    const pruned = prune.globalUnstructured(
      two([1, 2, 3, 4], [10, 20, 30, 40]),
      both,
      l1Method({ count: 3 }),
      scores,
    );
    expect([maskIn(pruned, both[0]), maskIn(pruned, both[1])]).toEqual([
      [0, 1, 1, 1],
      [0, 1, 1, 0],
    ]);
  });

  it("takes any unstructured method, and no other", () => {
    const model = two([1, 2, 3, 4], [10, 20, 30, 40]);
    const random = prune.globalUnstructured(model, both, randomMethod({ count: 5 }, warmRandom(1)));
    expect(zerosOf([...maskIn(random, both[0]), ...maskIn(random, both[1])])).toBe(5);
    const none = prune.globalUnstructured(model, both, identityMethod);
    expect([none.masks.size, zerosOf(maskIn(none, both[0]))]).toEqual([2, 0]);
    expect(codes(() => prune.globalUnstructured(model, both, lnChannelsMethod({ count: 1 }, 2, 0)))).toEqual([
      "prune-structured",
    ]);
  });
});

it("a constant that two layers share is pruned once, by the masks of both", () => {
  const build = new FloatGraph();
  const shared = build.constant([2, 2], [1, 2, 3, 4]);
  const layer = (input: number) =>
    build.op("FULLY_CONNECTED", { activation: "NONE", keepDims: false }, input, shared, null);
  const model = unpruned(build.graph([layer(layer(build.input([1, 2])))]));
  const both: Parameter[] = [WEIGHT, { layer: 1, name: "weight" }];
  // Of the eight elements that are counted three go: both of 1 and the first of 2.
  const pruned = prune.globalUnstructured(model, both, l1Method({ count: 3 }));
  expect(maskIn(pruned, WEIGHT)).toEqual([0, 0, 1, 1]);
});

describe("remove", () => {
  it("makes pruning permanent; until then the original weights are there", () => {
    const pruned = prune.l1Unstructured(linear(2, [1, 2, 3, 4]), WEIGHT, { count: 2 });
    expect([...realValues(pruned.graph.tensors[1])]).toEqual([1, 2, 3, 4]);
    const removed = prune.remove(pruned, WEIGHT);
    expect([...realValues(removed.graph.tensors[1])]).toEqual([0, 0, 3, 4]);
    expect(removed.masks.size).toBe(0);
    // Pruned anew it counts all four again, zeros as the least.
    expect(maskIn(prune.l1Unstructured(removed, WEIGHT, { fraction: 0.75 }), WEIGHT)).toEqual([0, 0, 0, 1]);
  });

  it("refuses what is not pruned", () => {
    expect(codes(() => prune.remove(linear(2, [1, 2]), WEIGHT))).toEqual(["not-pruned"]);
  });
});

describe("is_pruned", () => {
  it("of a layer and of a model", () => {
    const model = two([1, 2], [3, 4]);
    expect(prune.isPruned(model)).toBe(false);
    const pruned = prune.randomUnstructured(model, { layer: 1, name: "weight" }, { count: 1 });
    expect([prune.isPruned(pruned), prune.isPruned(pruned, 0), prune.isPruned(pruned, 1)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(prune.isPruned(pruned, "FULLY_CONNECTED 1")).toBe(true);
    expect(prune.isPruned(prune.remove(pruned, { layer: 1, name: "weight" }))).toBe(false);
  });
});

describe("refusals", () => {
  const model = linear(2, [1, 2, 3, 4, 5, 6]);

  it.each([
    ["prune-amount", { fraction: 1.1 }],
    ["prune-amount", { fraction: -0.1 }],
    ["prune-amount", { fraction: Number.NaN }],
    ["prune-amount", { count: -1 }],
    ["prune-amount", { count: 1.5 }],
    ["prune-amount-too-large", { count: 7 }],
  ])("%s: %o", (code, amount) => {
    expect(codes(() => prune.l1Unstructured(model, WEIGHT, amount))).toEqual([code]);
    expect(codes(() => prune.randomUnstructured(model, WEIGHT, amount))).toEqual([code]);
    expect(codes(() => prune.lnStructured(model, WEIGHT, amount, 2, 0))).toEqual([code]);
    expect(codes(() => prune.randomStructured(model, WEIGHT, amount, 0))).toEqual([code]);
  });

  it.each([
    ["prune-rank", () => prune.lnStructured(model, BIAS, { count: 1 }, 2, 0)],
    ["prune-dimension", () => prune.lnStructured(model, WEIGHT, { count: 1 }, 2, 2)],
    ["prune-dimension", () => prune.randomStructured(model, WEIGHT, { count: 1 }, -3)],
    ["prune-norm", () => prune.lnStructured(model, WEIGHT, { count: 1 }, Number.NaN, 0)],
    ["mask-shape", () => prune.customFromMask(model, WEIGHT, Uint8Array.of(1, 0))],
    ["mask-value", () => prune.customFromMask(model, BIAS, Uint8Array.of(1, 2, 0))],
    ["scores-shape", () => prune.l1Unstructured(model, WEIGHT, { count: 1 }, { importanceScores: [1] })],
    ["layer-unknown", () => prune.identity(model, { layer: "x", name: "weight" })],
    ["layer-unknown", () => prune.identity(model, { layer: 1, name: "weight" })],
    ["parameter-missing", () => prune.identity(two([1], [2]), BIAS)],
  ])("%s", (code, attempt) => {
    expect(codes(attempt)).toEqual([code]);
  });
});
