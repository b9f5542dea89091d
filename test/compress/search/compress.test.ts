import { beforeAll, describe, expect, it } from "vitest";
import type { ChipBoard } from "../../../boards/board.js";
import { findBoard } from "../../../codegen/cli/boards.js";
import { boardPlan } from "../../../codegen/cli/on-board.js";
import { boundOn, compileQuantized, costOf } from "../../../codegen/cli/quantize/cost.js";
import { masked, unpruned } from "../../../codegen/compress/prune/mask.js";
import { parameterId, prunableLayers } from "../../../codegen/compress/prune/parameter.js";
import { Candidate } from "../../../codegen/compress/search/candidate.js";
import { type CompressOptions, compress } from "../../../codegen/compress/search/compress.js";
import { nearest } from "../../../codegen/compress/search/nearest.js";
import {
  ofWhole,
  PLAIN,
  recipesFor,
  recipeText,
  studentOf,
} from "../../../codegen/compress/search/recipe.js";
import { nonZeroWeights, stepReport } from "../../../codegen/compress/search/report.js";
import { sparser } from "../../../codegen/compress/search/sparsify.js";
import { elementsOf } from "../../../codegen/graph/elements.js";
import type { Graph } from "../../../codegen/graph/graph.js";
import { bars, barsNetwork } from "./bars.js";

const evaluation = bars(40, 9);
const training = bars(96, 1);
let graph: Graph;
let board: ChipBoard;

beforeAll(async () => {
  graph = await barsNetwork();
  board = (await findBoard("esp32-c3")) as ChipBoard;
}, 60_000);

function options(changes: Partial<CompressOptions>): CompressOptions {
  return {
    budget: { milliseconds: 1000 },
    maxDrop: 10,
    plan: boardPlan({ board }),
    tries: 3,
    training: { epochs: 6, batch: 16, learningRate: 0.01, seed: 1 },
    bound: (it) => boundOn(it, board),
    price: async (it) => costOf(await compileQuantized(it, "bars", board), evaluation.samples, board),
    ...changes,
  };
}

const zeros = (it: Graph) =>
  prunableLayers(it).map((op) => {
    const { dtype, data } = it.tensors[parameterId(op, "weight")!];
    const values = Array.from(elementsOf(dtype, data!), Number);
    return values.filter((value) => value === 0).length / values.length;
  });

describe("a recipe of the whole", () => {
  const recipe = { ...PLAIN, sparsity: 0.75, width: 0.5 };

  it("counts channels that are gone among the zeros", () => {
    const { sparsity } = ofWhole(graph, recipe);
    const [whole, left] = [graph, studentOf(graph, recipe)].map((it) =>
      prunableLayers(it).reduce(
        (sum, op) => sum + it.tensors[parameterId(op, "weight")!].data!.length / 4,
        0,
      ),
    );
    expect(left * (1 - sparsity)).toBeCloseTo(0.25 * whole, 6);
  });

  it("has no zeros where more is gone already", () => {
    expect(ofWhole(graph, { ...recipe, sparsity: 0.5 }).sparsity).toBe(0);
  });
});

describe("compress", () => {
  it("is content with int8 where that meets the budget", async () => {
    const { found, steps, float } = await compress(graph, { training, evaluation }, options({}));
    expect(float.right).toBeGreaterThan(36);
    expect(steps.map(({ recipe }) => recipe)).toEqual([PLAIN]);
    expect(found).toBe(steps[0]);
    expect(found!.tried.epochs).toEqual([]);
  });

  it("else trains the largest model that is predicted to meet it, and finds the same one again", async () => {
    const plain = (await compress(graph, { training, evaluation }, options({}))).steps[0];
    const budget = { milliseconds: 0.7 * plain.cost.board!.milliseconds.value };
    const counted: number[] = [];
    const count = async (it: Graph) => counted.push(nonZeroWeights(it));
    const { found, steps } = await compress(graph, { training, evaluation }, options({ budget, count }));
    const [first] = steps;
    expect(first).toMatchObject({ recipe: PLAIN });
    expect(first.share).toBeGreaterThan(1);
    expect(first.tried).toBeUndefined();
    expect(found!.share).toBeLessThanOrEqual(1);
    expect(found!.cost.board!.milliseconds.value).toBeLessThanOrEqual(budget.milliseconds);
    expect(found!.tried.drop).toBeLessThanOrEqual(10);
    expect(found!.tried.epochs.length).toBe(6);
    expect(counted.length).toBe(steps.filter(({ tried }) => tried).length);
    const again = await compress(graph, { training, evaluation }, options({ budget }));
    expect(again.found!.tried.quantized.graph).toEqual(found!.tried.quantized.graph);
  }, 120_000);

  it("says how near it came to a budget that nothing meets", async () => {
    const budget = { flashBytes: 100 };
    const { found, steps } = await compress(graph, { training, evaluation }, options({ budget }));
    expect(found).toBeUndefined();
    expect(steps.every(({ tried }) => !tried)).toBe(true);
    const report = {
      ...{ model: "bars", board: "esp32-c3", budget, maxDrop: 10, parameters: 1 },
      data: { path: "", trained: 96, evaluated: 40 },
      float: { samples: 40, right: 40, meanSquaredError: 0, snr: 1 },
      steps: steps.map(stepReport),
    };
    const { small, accurate } = nearest(report);
    expect(accurate).toBeUndefined();
    expect(small!.share).toBe(Math.min(...steps.map(({ share }) => share)));
  }, 60_000);

  it("tries what becomes of a student in place of smaller copies of the model", async () => {
    const student = studentOf(graph, { ...PLAIN, width: 0.5 });
    const plain = (await compress(graph, { training, evaluation }, options({}))).steps[0];
    const budget = { milliseconds: 0.7 * plain.cost.board!.milliseconds.value };
    const { found, steps } = await compress(graph, { training, evaluation }, options({ budget, student }));
    expect(steps[0].recipe).toEqual(PLAIN);
    expect(steps.slice(1).every(({ recipe }) => recipe.student)).toBe(true);
    expect(recipeText(found!.recipe)).toMatch(/^student, /);
    expect(found!.tried.drop).toBeLessThanOrEqual(10);
    const weights = prunableLayers(found!.tried.quantized.graph).length;
    expect(weights).toBe(prunableLayers(student).length);
    expect(nonZeroWeights(found!.tried.quantized.graph)).toBeLessThan(1000);
  }, 120_000);

  it("trains no more models than it may", async () => {
    const { found, steps } = await compress(
      graph,
      { training: bars(16, 1), evaluation },
      options({
        tries: 1,
        maxDrop: -200,
        budget: { milliseconds: 1000 },
        training: { epochs: 1, batch: 16, seed: 1 },
      }),
    );
    expect(found).toBeUndefined();
    expect(steps.filter(({ tried }) => tried && tried.epochs.length > 0).length).toBe(1);
  }, 60_000);
});

describe("recipes", () => {
  it("begin with what keeps most, and are all different", () => {
    const recipes = recipesFor(graph);
    expect(new Set(recipes.map(recipeText)).size).toBe(recipes.length);
    expect(recipeText(recipes[0])).toBe("int8, without 1 block");
    expect(recipes.some(({ blocks }) => blocks.length === 1)).toBe(true);
  });

  it("of a student are of nothing else", () => {
    const recipes = recipesFor(graph, studentOf(graph, { ...PLAIN, width: 0.5 }));
    expect(recipes.map(recipeText).slice(0, 3)).toEqual([
      "student, int8",
      "student, int4",
      "student, int8, 50 % sparse",
    ]);
    expect(recipes.every(({ student, width, blocks }) => student && width === 1 && blocks.length === 0)).toBe(
      true,
    );
  });

  it("make models as sparse as they say, delicate layers half as much, before and after training", async () => {
    const recipe = { ...PLAIN, sparsity: 0.75 };
    const candidate = new Candidate(graph, recipe, training.samples, {});
    const { quantized } = await candidate.make(
      training,
      { epochs: 4, batch: 16, learningRate: 0.01, seed: 1, alpha: 0 },
      {},
    );
    for (const made of [candidate.sketch(), quantized.graph]) {
      const [first, second] = zeros(made);
      expect(first).toBeGreaterThanOrEqual(0.35);
      expect(first).toBeLessThan(0.6);
      expect(second).toBeGreaterThan(0.75);
    }
    const all = masked(sparser(unpruned(graph), 0.999, []));
    expect(Math.max(...zeros(all))).toBeLessThan(1);
  }, 60_000);
});
