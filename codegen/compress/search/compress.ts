/** The search for a model that meets a budget. */
import { FloatModel } from "../../float/execute.js";
import type { Graph } from "../../graph/graph.js";
import { runFloatPasses } from "../../passes/float/index.js";
import type { PlanOptions } from "../../plan/options.js";
import { refuse } from "../../problems/problem.js";
import { QuantizedModel } from "../quantize/execute.js";
import { type Evaluation, evaluate, outputsOf } from "../report/evaluate.js";
import type { Cost } from "../report/report.js";
import type { TrainingData } from "../train/batches.js";
import type { TrainingOptions } from "../train/options.js";
import { modelTeacher } from "../train/teacher.js";
import type { Follower } from "../train/train.js";
import { type Budget, share } from "./budget.js";
import { Candidate } from "./candidate.js";
import { keptShare, needsTraining, PLAIN, type Recipe, recipesFor, recipeText } from "./recipe.js";
import type { Step, Tried } from "./step.js";

export interface CompressData {
  /** What students learn from, and activations are calibrated with. */
  readonly training: TrainingData;
  /** What accuracy is measured on: none of it is learned from. */
  readonly evaluation: TrainingData;
}

export interface CompressOptions {
  readonly budget: Budget;
  /** Percentage points of accuracy that may be lost; of agreement with the float model where there are no labels. */
  readonly maxDrop: number;
  /** Another float network, to be trained in place of smaller copies of the model; its inputs and outputs are the model's. */
  readonly student?: Graph;
  /** How many models are trained at most. */
  readonly tries: number;
  /** How each of them is trained. */
  readonly training: Pick<TrainingOptions, "epochs" | "learningRate" | "batch" | "seed" | "vary" | "alpha">;
  /** What the planner knows of the board. */
  readonly plan: PlanOptions;
  /** What a quantized graph takes on the board at most, about: quick, for models that are not trained yet. */
  readonly bound: (graph: Graph) => Cost;
  /** What a quantized graph takes there. */
  readonly price: (graph: Graph) => Promise<Cost>;
  /**
   * Counts the instructions of what is tried; nothing is counted where not given.
   *
   * @param outputs the real values of its first output for the evaluation's samples
   */
  readonly count?: (graph: Graph, outputs: readonly Float32Array[]) => Promise<number>;
  readonly onProgress?: (what: string, done: number, total: number) => Promise<void>;
  /** Follows the training of a recipe, beside what `onProgress` is told. */
  readonly follower?: (recipe: Recipe) => Promise<Follower>;
}

export interface Compressed {
  readonly float: Evaluation;
  readonly steps: readonly Step[];
  /** The first that meets the budget with the accuracy; undefined where none does. */
  readonly found: (Step & { readonly tried: Tried }) | undefined;
}

/** Samples that activations are calibrated with. */
const CALIBRATION = 128;

/**
 * Quantizes a float model; if that does not meet the budget, tries smaller networks, those first that keep most of the model. What a
 * recipe takes is predicted before anything is trained, so only networks are trained that meet the budget: by distillation from
 * the model, and with the labels where there are any.
 *
 * @throws Refusal as `quantize` and `train` do
 */
export async function compress(
  graph: Graph,
  { training, evaluation }: CompressData,
  { budget, maxDrop, tries, plan, bound, price, count, onProgress, follower, ...options }: CompressOptions,
): Promise<Compressed> {
  const float = runFloatPasses(graph);
  const student = options.student && runFloatPasses(options.student);
  const teacher = modelTeacher(float);
  const calibration = training.samples.slice(0, CALIBRATION);
  const scale = accuracyScale(float, evaluation);
  const steps: Step[] = [];
  const tell = async (doing: string, recipe: Recipe, done = 0, total = 1) =>
    onProgress?.(`${doing} ${recipeText(recipe)}`, done, total);
  let trained = 0;
  for (const recipe of [PLAIN, ...recipesFor(float, student)]) {
    if (trained === tries) break;
    if (steps.some((step) => !step.tried && cannotDo(recipe, step))) continue;
    await tell("predicting", recipe);
    const candidate = new Candidate(recipe.student ? student! : float, recipe, calibration, plan);
    const sketched = bound(candidate.sketch());
    if (share(sketched, budget) > 1) {
      steps.push({ recipe, cost: sketched, share: share(sketched, budget) });
      continue;
    }
    const { from, onStep } = (needsTraining(recipe) && (await follower?.(recipe))) || {};
    const made = await candidate.make(
      training,
      { ...options.training, teacher },
      {
        ...(from && { from }),
        onStep: async (training) => {
          await tell("training", recipe, training.step, training.steps);
          await onStep?.(training);
        },
      },
    );
    if (needsTraining(recipe)) trained++;
    const cost = await price(made.quantized.graph);
    const outputs = outputsOf(new QuantizedModel(made.quantized.graph), evaluation.samples);
    const counted = await count?.(made.quantized.graph, outputs);
    const step = {
      recipe,
      cost,
      share: share(cost, budget),
      tried: { ...made, ...scale.of(outputs), counted },
    };
    steps.push(step);
    if (step.share <= 1 && step.tried.drop <= maxDrop) return { float: scale.float, steps, found: step };
  }
  return { float: scale.float, steps, found: undefined };
}

/**
 * Whether a recipe need not be looked at since another one missed the budget: it keeps so many weights that it would miss it as well
 * if all that the other takes were for its weights.
 */
function cannotDo(recipe: Recipe, { recipe: other, share }: Step): boolean {
  const isLike =
    recipe.student === other.student &&
    recipe.scheme === other.scheme &&
    recipe.blocks.length === other.blocks.length;
  return isLike && recipe.width <= other.width && share * (keptShare(recipe) / keptShare(other)) > 1;
}

/** What accuracy is measured by. */
function accuracyScale(float: Graph, { samples, labels }: TrainingData) {
  const wanted = outputsOf(new FloatModel(float), samples);
  const own = evaluate(wanted, wanted, labels);
  if (own.agreeing === undefined) refuse("compress-needs-classes", {});
  const accuracy = ({ right, agreeing = 0 }: Evaluation) => (100 * (right ?? agreeing)) / samples.length;
  return {
    float: own,
    of(outputs: readonly Float32Array[]): Pick<Tried, "evaluation" | "drop"> {
      const evaluation = evaluate(outputs, wanted, labels);
      return { evaluation, drop: accuracy(own) - accuracy(evaluation) };
    },
  };
}
