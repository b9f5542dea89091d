/** A recipe applied to a model: first as a sketch, which is enough to know what it takes, then trained. */
import type { Graph } from "../../graph/graph.js";
import { runPasses } from "../../passes/index.js";
import type { PlanOptions } from "../../plan/options.js";
import { masked, type Pruned, unpruned } from "../prune/mask.js";
import type { Saving } from "../prune/patterns/savings.js";
import { polynomialDecay } from "../prune/schedule.js";
import type { Sample } from "../quantize/calibrate.js";
import { type Quantized, quantize } from "../quantize/quantize.js";
import type { TrainingData } from "../train/batches.js";
import type { Epoch } from "../train/history.js";
import type { TrainingOptions } from "../train/options.js";
import { quantizeTrained } from "../train/quantize-trained.js";
import { type Follower, train } from "../train/train.js";
import { formatsOf, isFarFromTrained, needsTraining, type Recipe, studentOf } from "./recipe.js";
import { sparser, worthwhileGroups } from "./sparsify.js";

/** A quantized model, and how it learned. */
export interface Made {
  readonly quantized: Quantized;
  readonly epochs: readonly Epoch[];
}

/** The shares of a training in which weights are pruned. What is far from trained shows later which of its weights matter. */
const PRUNED = { begin: 0, end: 0.5 };
const PRUNED_LATER = { begin: 0.2, end: 0.6 };
/**
 * The share after which it is as if quantized, without batch normalization: 8-bit weights need little of that, fewer bits more. As
 * long as there is normalization a pruned network recovers in a few epochs, even if the float model had it folded.
 */
const QUANTIZED = { int8: 0.8, fewer: 0.6 };
/** How many times masks change. */
const PRUNINGS = 50;

export class Candidate {
  readonly #recipe: Recipe;
  readonly #samples: readonly Sample[];
  readonly #plan: PlanOptions;
  readonly #student: Graph;
  #groups: readonly Saving[] | undefined;

  /**
   * @param float the model or the student that the recipe is for, after its passes
   * @param samples calibration data
   * @param plan what the planner knows of the board
   */
  constructor(float: Graph, recipe: Recipe, samples: readonly Sample[], plan: PlanOptions) {
    this.#recipe = recipe;
    this.#samples = samples;
    this.#plan = plan;
    this.#student = studentOf(float, recipe);
  }

  /** A quantized graph that takes what the trained one will take: its weights are as many, but not trained. */
  sketch(): Graph {
    const { sparsity } = this.#recipe;
    const pruned = sparsity > 0 ? this.#sparser(unpruned(this.#student), sparsity) : unpruned(this.#student);
    return this.#roughly(masked(pruned));
  }

  /** The model itself: trained, where the recipe asks for it. */
  async make(
    data: TrainingData,
    options: Omit<TrainingOptions, "quantization" | "pruning" | "normalize">,
    follower: Follower,
  ): Promise<Made> {
    const formats = formatsOf(this.#student, this.#recipe);
    if (!needsTraining(this.#recipe))
      return { quantized: quantize(this.#student, this.#samples, formats), epochs: [] };
    const { sparsity, scheme, search } = this.#recipe;
    const pruned = isFarFromTrained(this.#recipe) ? PRUNED_LATER : PRUNED;
    const pruning = {
      schedule: (steps: number) => {
        const begin = Math.round(pruned.begin * steps);
        const end = Math.max(begin + 1, Math.round(pruned.end * steps));
        const frequency = Math.max(1, Math.round((end - begin) / PRUNINGS));
        return polynomialDecay({ initial: 0, final: sparsity, begin, end, frequency });
      },
      prune: (pruned: Pruned, share: number) => this.#sparser(pruned, share),
    };
    const trained = await train(
      this.#student,
      data,
      {
        ...options,
        normalize: true,
        ...(sparsity > 0 && { pruning }),
        quantization: {
          ...formats,
          delay: scheme === "int8" ? QUANTIZED.int8 : QUANTIZED.fewer,
          search: search ?? false,
        },
      },
      follower,
    );
    return { quantized: quantizeTrained(trained, this.#samples, formats), epochs: trained.epochs };
  }

  #sparser(pruned: Pruned, sparsity: number): Pruned {
    const whole = () => unpruned(runPasses(this.#roughly(this.#student)));
    this.#groups ??= worthwhileGroups(whole(), this.#recipe.sparsity, this.#plan);
    return sparser(pruned, sparsity, this.#groups);
  }

  #roughly(graph: Graph): Graph {
    const formats = formatsOf(graph, this.#recipe);
    return quantize(graph, this.#samples.slice(0, 32), {
      ...formats,
      rounding: "nearest",
      biasCorrection: false,
    }).graph;
  }
}
