/** Kernel forms, and the choice among them. */
import type { Cost } from "../cost/cost.js";
import { rolledCost } from "../cost/rolled.js";
import type { Graph, TensorId } from "../graph/graph.js";
import { planPlanes } from "../kernels/planes/island.js";
import { Node } from "../ops/node.js";
import type { GeneratedLowering, Lowering } from "../ops/operator.js";
import { operatorOf } from "../ops/registry.js";
import type { PlanOptions } from "./options.js";

/**
 * - `rolled`: loops over typed arrays, small in flash.
 * - `unrolled`: one expression an output, weights as integer literals over local constants.
 * - `columns`: lanes over output channels. A BigInt holds a column of weights, an activation is the scalar.
 * - `planes`: lanes over positions. A BigInt holds a channel of activations, a weight is the scalar.
 */
export type Form = "rolled" | "unrolled" | "columns" | "planes";

const FORMS: readonly Form[] = ["rolled", "unrolled", "columns", "planes"];

/** One or more operators that are computed by one layer, or none at all. */
export interface Choice {
  /** Their positions in the graph, in order. */
  readonly ops: readonly number[];
  readonly form: Form;
  readonly lowering: Lowering | GeneratedLowering;
  /** The tensors that it leaves in the arena; what it does not leave there, it hands on as planes or not at all. */
  readonly outputs: readonly TensorId[];
  readonly cost: Cost;
}

export interface Choices {
  /** How the operators of the graph are computed, in order. */
  readonly layers: readonly Choice[];
  /** How many BigInts they hand to each other. */
  readonly planes: number;
}

/** Chooses for a valid graph. */
export function chooseForms(graph: Graph, { forms = FORMS, observable }: PlanOptions): Choices {
  const planes = forms.includes("planes") ? planPlanes(graph, undefined, observable) : undefined;
  const inPlanes = new Map(planes?.layers.map((layer) => [layer.ops[0], layer]));
  const taken = new Set(planes?.layers.flatMap(({ ops }) => ops));
  const layers = graph.ops.flatMap((op, index): Choice[] => {
    const layer = inPlanes.get(index);
    if (layer) return [{ ...layer, form: "planes", cost: layer.lowering.cost }];
    if (taken.has(index)) return [];
    const node = new Node(graph, op);
    const lowering = operatorOf(op).lower(node);
    const cost = rolledCost(node, lowering);
    return [{ ops: [index], form: "rolled", lowering, outputs: op.outputs, cost }];
  });
  return { layers, planes: planes?.planes ?? 0 };
}
