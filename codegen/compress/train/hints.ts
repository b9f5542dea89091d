/** Features of a student that are to be like a teacher's (FitNets, Romero et al. 2015, arXiv:1412.6550). */
import { matMul, reshape, type Scalar, type Tensor } from "@tensorflow/tfjs-core";
import type { Graph, TensorId } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import { warmRandom } from "../prune/random.js";
import { squaredError } from "./losses.js";
import type { Parameter } from "./parameter.js";
import type { ParameterTensors, Values } from "./student.js";
import { type Answers, tensorNamed } from "./teacher.js";

export interface Hint {
  /** Names of tensors of the same height and width; where channels differ, a regressor is trained between them. */
  readonly teacher: string;
  readonly student: string;
}

/** Hints as a part of the loss, with the regressors that they need. */
export class Hints {
  readonly parameters: readonly Parameter[];
  readonly #pairs: readonly { readonly hint: Hint; readonly id: TensorId; readonly regressor?: Parameter }[];

  /**
   * @param answers of the teacher to any batch
   * @throws Refusal `tensor-unknown`, `hint-shape`
   */
  constructor(graph: Graph, hints: readonly Hint[], answers: Answers, seed: number) {
    const next = warmRandom(seed);
    this.#pairs = hints.map((hint) => {
      const id = tensorNamed(graph, hint.student);
      const { features } = answers;
      const feature =
        features.get(hint.teacher) ??
        refuse("tensor-unknown", { name: hint.teacher, known: [...features.keys()] });
      const [ours, theirs] = [graph.tensors[id].shape.slice(1), feature.shape.slice(1)];
      if (ours.slice(0, -1).join() !== theirs.slice(0, -1).join())
        refuse("hint-shape", { ...hint, found: ours, wanted: theirs });
      if (ours.at(-1) === theirs.at(-1)) return { hint, id };
      return { hint, id, regressor: regressor(hint, ours.at(-1)!, theirs.at(-1)!, next) };
    });
    this.parameters = this.#pairs.flatMap(({ regressor }) => regressor ?? []);
  }

  /** The sum over hints of the mean squared difference. */
  loss(values: Values, answers: Answers, parameters: ParameterTensors): Scalar[] {
    return this.#pairs.map(({ hint, id, regressor }) => {
      const wanted = answers.features.get(hint.teacher)!;
      const found = values.get(id)!;
      return squaredError(
        regressor ? projected(found, parameters.get(regressor.name)!, wanted) : found,
        wanted,
      );
    });
  }
}

/** A 1 × 1 convolution. */
function projected(features: Tensor, weights: Tensor, { shape }: Tensor): Tensor {
  return reshape(matMul(reshape(features, [-1, features.shape.at(-1)!]), weights), shape);
}

/** He et al. 2015, arXiv:1502.01852, but uniform. */
function regressor(hint: Hint, from: number, to: number, next: () => number): Parameter {
  const limit = Math.sqrt(6 / from);
  const values = Float32Array.from({ length: from * to }, () => (2 * next() - 1) * limit);
  return { name: `hint ${hint.teacher}=${hint.student}`, shape: [from, to], values };
}
