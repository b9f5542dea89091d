/** What a training minimizes. */
import { add, mul, reshape, type Scalar, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { elements, type Graph, type TensorId } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import type { Batch, TrainingData } from "./batches.js";
import { givesProbabilities, logitsId } from "./classes.js";
import { type Hint, Hints } from "./hints.js";
import { crossEntropy, distillation, squaredError } from "./losses.js";
import type { Parameter } from "./parameter.js";
import type { ParameterTensors, Values } from "./student.js";
import { remembering, type Teacher } from "./teacher.js";

export interface ObjectiveOptions {
  /** Absent where only labels are learned. */
  readonly teacher?: Teacher;
  /** Softens the probabilities of a teacher and its student; 4 where not given. */
  readonly temperature?: number;
  /** The share of the teacher in the loss beside labels: 0.7 where not given, and 1 without labels. */
  readonly alpha?: number;
  readonly hints?: readonly Hint[];
  /** What hints count beside the rest; 1 where not given. */
  readonly hintWeight?: number;
}

const TEMPERATURE = 4;
const ALPHA = 0.7;

/**
 * The loss of a batch: alpha · distillation + (1 − alpha) · cross-entropy for models that end in a softmax or have labels, else the
 * mean squared difference from the teacher's output; and hints.
 */
export class Objective {
  readonly #logits: TensorId;
  readonly #options: ObjectiveOptions;
  readonly #alpha: number;
  readonly #tellsClasses: boolean;
  readonly #classes: number;
  #hints: Hints | undefined;

  /**
   * @param varies whether samples are other ones each time
   * @param options as `checkOptions` lets them pass
   * @throws Refusal `labels-missing` without labels and teacher, `teacher-other` for answers of another size, and as `Hints` does
   */
  constructor(graph: Graph, data: TrainingData, options: ObjectiveOptions, varies: boolean, seed: number) {
    const { labels } = data;
    const { temperature = TEMPERATURE, alpha = labels ? ALPHA : 1, hints = [] } = options;
    const forgets = varies || hints.length > 0;
    const teacher = options.teacher && (forgets ? options.teacher : remembering(options.teacher));
    if (!teacher && !labels) refuse("labels-missing", {});
    this.#options = { ...options, ...(teacher && { teacher }), temperature };
    this.#alpha = teacher ? alpha : 0;
    this.#logits = logitsId(graph);
    const isSoftmax = givesProbabilities(graph);
    this.#tellsClasses = isSoftmax || labels !== undefined;
    const { shape } = graph.tensors[this.#logits];
    this.#classes = isSoftmax ? shape.at(-1)! : elements(shape);
    if (teacher)
      tidy(() => {
        const answers = teacher(data.samples.slice(0, 1));
        if (answers.output.size !== elements(shape))
          refuse("teacher-other", {
            what: "an output of",
            student: `[${shape.slice(1).join(", ")}]`,
            teacher: `[${answers.output.shape.slice(1).join(", ")}]`,
          });
        if (hints.length > 0) this.#hints = new Hints(graph, hints, answers, seed);
      });
  }

  /** What is trained beside the student. */
  get parameters(): readonly Parameter[] {
    return this.#hints?.parameters ?? [];
  }

  loss(values: Values, { samples, labels }: Batch, parameters: ParameterTensors): Scalar {
    const { teacher, temperature, hintWeight = 1 } = this.#options;
    const output = this.#rows(values.get(this.#logits)!);
    const answers = teacher?.(samples);
    const parts: Scalar[] = [];
    if (answers && this.#alpha > 0) {
      const wanted = this.#rows(answers.output);
      const own = this.#tellsClasses
        ? distillation(output, wanted, temperature!)
        : squaredError(output, wanted);
      parts.push(mul(own, this.#alpha));
    }
    if (labels && this.#alpha < 1) parts.push(mul(crossEntropy(output, labels), 1 - this.#alpha));
    if (answers && this.#hints)
      for (const hint of this.#hints.loss(values, answers, parameters)) parts.push(mul(hint, hintWeight));
    return parts.reduce((sum, part) => add(sum, part));
  }

  /** [rows, classes]: a row for each sample, or for each softmax of each sample. */
  #rows(output: Tensor): Tensor {
    return reshape(output, [-1, this.#classes]);
  }
}
