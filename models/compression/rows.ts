/** The rows of the table in docs/compression.md. */
import type { Budget } from "../../codegen/compress/search/budget.js";
import { PLAIN, type Recipe } from "../../codegen/compress/search/recipe.js";

/** A way to make a model smaller. */
export type Row =
  | { readonly name: string; readonly kind: "recipe"; readonly recipe: Recipe }
  | { readonly name: string; readonly kind: "cluster"; readonly bits: number }
  | { readonly name: string; readonly kind: "compress" };

const recipe = (name: string, changes: Partial<Recipe>): Row => ({
  name,
  kind: "recipe",
  recipe: { ...PLAIN, ...changes },
});

export const ROWS: readonly Row[] = [
  recipe("int8 dense", {}),
  recipe("50 % sparse", { sparsity: 0.5 }),
  recipe("75 % sparse", { sparsity: 0.75 }),
  recipe("90 % sparse", { sparsity: 0.9 }),
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
  readonly budget: Budget;
  readonly maxDrop: number;
}

export const TRAININGS: Readonly<Record<string, Training>> = {
  digits: { epochs: 12, learningRate: 0.003, budget: { milliseconds: 26 }, maxDrop: 0.5 },
  fashion: { epochs: 2, learningRate: 0.002, budget: { milliseconds: 285 }, maxDrop: 0.5 },
};
