import { expect, it } from "vitest";
import { unpruned } from "../../../codegen/compress/prune/mask.js";
import { l1Unstructured } from "../../../codegen/compress/prune/prune.js";
import {
  amountTowards,
  constantSparsity,
  polynomialDecay,
} from "../../../codegen/compress/prune/schedule.js";
import { FloatGraph } from "../../support/float-graph.js";
import { problemsOf } from "../../support/problems.js";

it("polynomial decay is that of Zhu and Gupta", () => {
  // s(t) = 0.8 + (0.2 − 0.8) · (1 − (t − 100) / 1000)³
  const { sparsity, prunes } = polynomialDecay({
    initial: 0.2,
    final: 0.8,
    begin: 100,
    end: 1100,
    frequency: 50,
  });
  expect([99, 100, 600, 1100, 5000].map(sparsity)).toEqual(
    [0, 0.2, 0.8 - 0.6 / 8, 0.8, 0.8].map((s) => expect.closeTo(s, 12)),
  );
  expect(sparsity(350)).toBeCloseTo(0.8 - 0.6 * 0.75 ** 3, 12);
  expect([99, 100, 125, 150, 1100, 1150].map(prunes)).toEqual([false, true, false, true, true, false]);
  for (let step = 101; step <= 1100; step++) expect(sparsity(step)).toBeGreaterThan(sparsity(step - 1));
});

it("another power, and the frequency of tensorflow-model-optimization by default", () => {
  const { sparsity, prunes } = polynomialDecay({ initial: 0, final: 0.5, begin: 0, end: 400, power: 1 });
  expect([0, 100, 400].map(sparsity)).toEqual([0, 0.125, 0.5]);
  expect([0, 50, 100, 400, 500].map(prunes)).toEqual([true, false, true, true, false]);
});

it("constant sparsity, for ever or until a step", () => {
  const always = constantSparsity(0.5, { begin: 10, frequency: 10 });
  expect([9, 10, 10_000].map(always.sparsity)).toEqual([0, 0.5, 0.5]);
  expect([0, 10, 15, 20, 10_000].map(always.prunes)).toEqual([false, true, false, true, true]);
  const limited = constantSparsity(0.5, { begin: 10, end: 20, frequency: 10 });
  expect([20, 30].map(limited.prunes)).toEqual([true, false]);
  expect(limited.sparsity(30)).toBe(0.5);
});

it("amounts that follow it give its sparsities, whatever was pruned before", () => {
  const build = new FloatGraph(3);
  const output = build.op(
    "FULLY_CONNECTED",
    { activation: "NONE", keepDims: false },
    build.input([1, 50]),
    build.constant([20, 50]),
    null,
  );
  const { sparsity } = polynomialDecay({ initial: 0.1, final: 0.9, begin: 0, end: 10 });
  let pruned = unpruned(build.graph([output]));
  let mask: Uint8Array = new Uint8Array(1000).fill(1);
  for (let step = 0; step <= 10; step++) {
    pruned = l1Unstructured(pruned, { layer: 0, name: "weight" }, amountTowards(sparsity(step), mask));
    mask = pruned.masks.get(1)!;
    expect(mask.filter((kept) => !kept).length).toBe(Math.round(1000 * sparsity(step)));
  }
  expect(amountTowards(0.5, mask)).toEqual({ count: 0 });
});

it("schedules that cannot be followed are refused", () => {
  const decay = { initial: 0, final: 0.5, begin: 0, end: 100 };
  for (const wrong of [
    { initial: -0.1 },
    { final: 1 },
    { begin: -1 },
    { begin: 0.5 },
    { end: 0 },
    { power: 0 },
    { frequency: 0 },
  ])
    expect(problemsOf(() => [polynomialDecay({ ...decay, ...wrong })] as never).map((it) => it.code)).toEqual(
      ["prune-schedule"],
    );
  expect(problemsOf(() => [constantSparsity(1.5, { begin: 0 })] as never).map((it) => it.code)).toEqual([
    "prune-schedule",
  ]);
});
