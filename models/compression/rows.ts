/** The rows of the table in docs/compression.md. */
import type { Budget } from "../../codegen/compress/search/budget.js";
import { PLAIN, type Recipe } from "../../codegen/compress/search/recipe.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { DIGITS_VARIATION } from "../digits/variation.js";
import { FASHION_VARIATION } from "../fashion/variation.js";
import type { Variation } from "../support/variation.js";
import { digitsStudent, fashionStudent } from "./students.js";

/** A way to make a model smaller. */
export type Row =
  | {
      readonly name: string;
      readonly kind: "recipe";
      readonly recipe: Recipe;
      /** Whether zeros are that share of the whole model's weights, those of channels that are gone among them. */
      readonly ofWhole?: true;
    }
  | { readonly name: string; readonly kind: "cluster"; readonly bits: number }
  | { readonly name: string; readonly kind: "compress" };

const recipe = (name: string, changes: Partial<Recipe>) => ({
  name,
  kind: "recipe" as const,
  recipe: { ...PLAIN, ...changes },
});

export const ROWS: readonly Row[] = [
  recipe("int8 dense", {}),
  recipe("50 % sparse", { sparsity: 0.5 }),
  recipe("75 % sparse", { sparsity: 0.75 }),
  recipe("90 % sparse", { sparsity: 0.9 }),
  { ...recipe("75 % sparse, with width × 0.45", { sparsity: 0.75, width: 0.45 }), ofWhole: true },
  recipe("structured, width × 0.75", { width: 0.75 }),
  { name: "clustered, 4 bits", kind: "cluster", bits: 4 },
  recipe("distilled student, width × 0.5", { width: 0.5 }),
  recipe("low-bit search, ternary", { scheme: "ternary", search: true }),
  { name: "compress", kind: "compress" },
];

/** How a model of the suite is trained, and what `compress` is asked for. */
export interface Training {
  readonly epochs: number;
  readonly learningRate: number;
  /** Of networks with fewer channels, which have lost what they knew. */
  readonly farFromTrained: {
    readonly epochs: number;
    /** The part of the teacher's answers. */
    readonly alpha?: number;
  };
  /** Of pictures; where data is plenty none is needed, and the teacher's answers need be asked for once only. */
  readonly variation?: Variation;
  readonly compress: {
    readonly student: () => Promise<Graph>;
    /** It begins with random weights. */
    readonly epochs: number;
    readonly learningRate: number;
    /** The part of the teacher's answers: of little use where labels are many. */
    readonly alpha: number;
    readonly variation: Variation;
    readonly budget: Budget;
    readonly maxDrop: number;
  };
}

export const TRAININGS: Readonly<Record<string, Training>> = {
  digits: {
    epochs: 60,
    learningRate: 0.008,
    farFromTrained: { epochs: 160, alpha: 0.2 },
    variation: DIGITS_VARIATION,
    compress: {
      student: digitsStudent,
      epochs: 200,
      learningRate: 0.008,
      alpha: 0.2,
      variation: DIGITS_VARIATION,
      budget: { milliseconds: 31, flashBytes: 86_000 },
      maxDrop: 0.8, // four of the 500 samples that it chooses by
    },
  },
  fashion: {
    epochs: 5,
    learningRate: 0.005,
    farFromTrained: { epochs: 20, alpha: 0.2 },
    compress: {
      student: fashionStudent,
      epochs: 20,
      learningRate: 0.01,
      alpha: 0.2,
      variation: FASHION_VARIATION,
      budget: { milliseconds: 135 },
      maxDrop: 0.8,
    },
  },
};
