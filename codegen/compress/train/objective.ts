/** What a training minimizes. */
import { add, mul, reshape, type Scalar, type Tensor } from "@tensorflow/tfjs-core";
import type { Graph, TensorId } from "../../graph/graph.js";
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
  readonly #hints: Hints | undefined;

  /**
   * @param varies whether samples are other ones each time
   * @throws Refusal `labels-missing` without labels and teacher, `training-option` for figures out of their range
   */
  constructor(graph: Graph, data: TrainingData, options: ObjectiveOptions, varies: boolean, seed: number) {
    const { labels } = data;
    const teacher =
      options.teacher && (varies || options.hints ? options.teacher : remembering(options.teacher));
    if (!teacher && !labels) refuse("labels-missing", {});
    const { temperature = TEMPERATURE, alpha = labels ? ALPHA : 1, hints = [] } = options;
    if (!(temperature > 0))
      refuse("training-option", { name: "temperature", value: temperature, wanted: "above 0" });
    if (!(alpha >= 0 && alpha <= 1))
      refuse("training-option", { name: "alpha", value: alpha, wanted: "from 0 to 1" });
    this.#options = { ...options, ...(teacher && { teacher }), temperature };
    this.#alpha = !teacher ? 0 : labels ? alpha : 1;
    this.#logits = logitsId(graph);
    this.#tellsClasses = givesProbabilities(graph) || labels !== undefined;
    this.#hints =
      teacher && hints.length > 0
        ? new Hints(graph, hints, teacher(data.samples.slice(0, 1)), seed)
        : undefined;
  }

  /** What is trained beside the student. */
  get parameters(): readonly Parameter[] {
    return this.#hints?.parameters ?? [];
  }

  loss(values: Values, { samples, labels }: Batch, parameters: ParameterTensors): Scalar {
    const { teacher, temperature, hintWeight = 1 } = this.#options;
    const output = rows(values.get(this.#logits)!);
    const answers = teacher?.(samples);
    const parts: Scalar[] = [];
    if (answers && this.#alpha > 0) {
      const wanted = rows(answers.output);
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
}

/** [samples, elements] */
function rows(output: Tensor): Tensor {
  return reshape(output, [output.shape[0], -1]);
}
