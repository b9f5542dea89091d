/** path → what a device does to learn: steps in their order, where gradients lie, and what all of it takes. */
import type { GradientSpan } from "../../runtime/pipeline/layout.js";
import type { GradientPlace } from "../../runtime/training/training.js";
import { elements, type Graph, type TensorId } from "../graph/graph.js";
import { Node } from "../ops/node.js";
import type { ArenaPlan } from "../plan/arena.js";
import type { PlannedLayer } from "../plan/plan.js";
import type { PlannedStep } from "./backward/backward.js";
import { backwardOf } from "./backward/index.js";
import { biasUpdateCost, updateCost } from "./cost.js";
import { planGradients } from "./gradients.js";
import { lossStep } from "./loss.js";
import { decayOf, type TrainOptions } from "./options.js";
import { Parameters, type PlannedBiases, type PlannedWeights } from "./parameters.js";
import type { TrainingPath } from "./path.js";

export interface TrainingPlan {
  readonly steps: readonly PlannedStep[];
  readonly weights: readonly PlannedWeights[];
  readonly biases: readonly PlannedBiases[];
  readonly parameters: readonly number[];
  readonly gradientLength: number;
  readonly exponents: number;
  readonly words: number;
  readonly batch: number;
  readonly decay: number;
  /** Number of classes; 0 where the loss is made on another board. */
  readonly classes: number;
  /** Of a stage: where the gradients lie that come from the next board, and those that the board before is given. */
  readonly crossing?: {
    readonly received: readonly GradientSpan[];
    readonly handed: readonly GradientSpan[];
  };
  /** Predicted: `learn()` without an update, and an update. */
  readonly instructions: { readonly sample: number; readonly update: number };
}

/** What has been planned before. */
export interface Planned {
  readonly graph: Graph;
  readonly layers: readonly PlannedLayer[];
  readonly arena: ArenaPlan;
  /** Puts words in `weights.bin`. @returns their place in `weights32` */
  words(name: string, values: readonly number[]): number;
}

export function planTraining(
  { graph, layers, arena, words }: Planned,
  path: TrainingPath,
  options: TrainOptions,
): TrainingPlan {
  const gradients = planGradients(graph, path);
  const parameters = new Parameters();
  const { loss } = path;
  const written = new Set<TensorId>(path.received);
  const gradientOf = (id: TensorId): GradientPlace | undefined => gradients.places.get(id);
  const layerOf = (index: number) =>
    layers.find(({ opIndexes }) => opIndexes.includes(index))?.parameters ?? {};
  const steps: PlannedStep[] = [];
  if (loss) {
    const [offset, place] = [arena.tensors.get(loss.logits)!, gradientOf(loss.logits)!];
    steps.push(lossStep({ graph, loss, words, layerOf, offset, place }));
  }
  for (const op of path.ops.toReversed())
    steps.push(
      ...backwardOf(graph.ops[op]).steps({
        node: new Node(graph, graph.ops[op]),
        op,
        options,
        trained: path.trained.get(op),
        layer: layerOf(op),
        parameters,
        offsetOf: (id) => arena.tensors.get(id)!,
        gradientOf,
        targetOf: (id) => {
          const { gradient: to, exponent: toExponent } = gradientOf(id)!;
          const root = gradients.rootOf(id);
          const adds = written.has(root);
          written.add(root);
          return { to, toExponent, toLength: elements(graph.tensors[id].shape), adds };
        },
        words,
      }),
    );
  const spanOf = (id: TensorId): GradientSpan => {
    const { name, shape } = graph.tensors[id];
    return { name, ...gradientOf(id)!, length: elements(shape) };
  };
  const { weights, biases, lengths } = parameters;
  const sum = (costs: readonly number[]) => Math.round(costs.reduce((total, cost) => total + cost, 0));
  return {
    steps,
    weights,
    biases,
    parameters: lengths,
    gradientLength: gradients.length,
    exponents: gradients.exponents,
    words: Math.max(0, ...steps.map((it) => it.words)),
    batch: options.batch,
    decay: decayOf(options.momentum)!,
    classes: loss ? elements(graph.tensors[loss.logits].shape) : 0,
    ...(options.gradients && {
      crossing: { received: path.received.map(spanOf), handed: path.handed.map(spanOf) },
    }),
    instructions: {
      sample: sum(steps.map(({ instructions }) => instructions)),
      update: sum([
        ...weights.map(({ rows, columns }) => updateCost(rows, columns)),
        ...biases.map(({ count }) => biasUpdateCost(count)),
      ]),
    },
  };
}
