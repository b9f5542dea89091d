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
import type { LossPlace } from "./path.js";

interface LossContext {
  readonly graph: Graph;
  readonly loss: LossPlace;
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
export function lossStep({ graph, loss, offset, place, words, layerOf }: LossContext): PlannedStep {
  const { op, isSoftmax } = loss;
  const node = new Node(graph, graph.ops[op]);
  const logits = graph.tensors[loss.logits];
  const classes = elements(logits.shape);
  if (logits.dtype !== "int8" || classes !== logits.shape.at(-1) || classes > MOST_CLASSES)
    refuse(
      "train-logits",
      { dtype: logits.dtype, shape: logits.shape, most: MOST_CLASSES },
      opPlace(node.op),
    );
  const { scale } = node.perTensor(logits, "the logits");
  if (isSoftmax) {
    const { beta } = node.attributes as { beta: number };
    if (beta !== 1) refuse("train-beta", { beta }, opPlace(node.op));
  }
  const known = isSoftmax ? layerOf(op).exponentials : undefined;
  const { multiplier, shift } = quantizeMultiplier(scale);
  return step<SoftmaxLossStep>(
    { node, op },
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
