/** The loss: softmax cross-entropy of the logits, whether the model ends in a SOFTMAX or not. */

import { type SoftmaxLossStep, softmaxLoss } from "../../runtime/training/softmax-loss.js";
import type { GradientPlace } from "../../runtime/training/training.js";
import { quantizeMultiplier } from "../arithmetic/multiplier.js";
import { elements, type Graph } from "../graph/graph.js";
import { Node } from "../ops/node.js";
import type { Located } from "../ops/place.js";
import { opPlace, refuse } from "../problems/problem.js";
import { type PlannedStep, step } from "./backward/backward.js";
import { lossCost } from "./cost.js";
import type { TrainingPath } from "./path.js";

interface LossContext {
  readonly graph: Graph;
  readonly path: TrainingPath;
  readonly offset: number;
  readonly place: GradientPlace;
  words(name: string, values: readonly number[]): number;
  layerOf(index: number): Readonly<Record<string, Located>>;
}

/** Exponentials add up in 31 bits. */
const MOST_CLASSES = 4095;

/** exp(−d · scale) in Q0.31 for d = 0 to 255. */
function exponentials(scale: number): number[] {
  return Array.from({ length: 256 }, (_, d) =>
    Math.min(2 ** 31 - 1, Math.round(Math.exp(-d * scale) * 2 ** 31)),
  );
}

/** @throws Refusal where the logits are no row of int8 */
export function lossStep({ graph, path, offset, place, words, layerOf }: LossContext): PlannedStep {
  const op = graph.ops.findIndex(({ outputs }) => outputs.includes(path.logits));
  const node = new Node(graph, graph.ops[op]);
  const logits = graph.tensors[path.logits];
  const classes = elements(logits.shape);
  if (logits.dtype !== "int8" || classes !== logits.shape.at(-1) || classes > MOST_CLASSES)
    refuse(
      "train-logits",
      { dtype: logits.dtype, shape: logits.shape, most: MOST_CLASSES },
      opPlace(node.op),
    );
  const { scale } = node.perTensor(logits, "the logits");
  if (path.softmax !== undefined) {
    const { beta } = graph.ops[path.softmax].attributes as { beta: number };
    if (beta !== 1) refuse("train-beta", { beta }, opPlace(graph.ops[path.softmax]));
  }
  const known = path.softmax === undefined ? undefined : layerOf(path.softmax).exponentials;
  const { multiplier, shift } = quantizeMultiplier(scale);
  return step<SoftmaxLossStep>(
    { node, op: path.softmax ?? op },
    {
      module: "training/softmax-loss",
      kernel: softmaxLoss,
      stepType: "SoftmaxLossStep",
      instructions: lossCost(classes),
    },
    {
      ...place,
      logits: offset,
      classes,
      exponentials: (known as number | undefined) ?? words("loss: exponentials", exponentials(scale)),
      scale: multiplier,
      scaleShift: shift,
    },
  );
}
