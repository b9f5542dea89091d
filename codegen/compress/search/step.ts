/** A model on the way to a budget. */
import type { Evaluation } from "../report/evaluate.js";
import type { Cost } from "../report/report.js";
import type { Made } from "./candidate.js";
import type { Recipe } from "./recipe.js";

export interface Step {
  readonly recipe: Recipe;
  /** Predicted: of what was tried for the artifact itself, else for one like it. */
  readonly cost: Cost;
  /** How many times the budget that is. */
  readonly share: number;
  /** Absent where the budget said no beforehand. */
  readonly tried?: Tried;
}

export interface Tried extends Made {
  readonly evaluation: Evaluation;
  /** Percentage points below the float model: of accuracy, or without labels of agreement. */
  readonly drop: number;
  /** Instructions of an inference, counted; undefined where nothing counts. */
  readonly counted: number | undefined;
}
