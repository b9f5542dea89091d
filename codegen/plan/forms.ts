/** Kernel forms. */
import type { Cost } from "../cost/cost.js";
import type { Graph, TensorId } from "../graph/graph.js";
import type { Lanes } from "../graph/lanes.js";
import type { Resting } from "../kernels/planes/island.js";
import type { GeneratedLowering, Lowering } from "../ops/operator.js";
import type { PlanarTensor } from "./planar.js";

/**
 * - `rolled`: loops over typed arrays, small in flash.
 * - `codebook`: the same loops, over indexes of few values: smaller in flash where weights have few.
 * - `unrolled`: one expression an output, weights as integer literals over local constants.
 * - `columns`: lanes over output channels. A BigInt holds a column of weights, an activation is the scalar.
 * - `planes`: lanes over positions. A BigInt holds a channel of activations, a weight is the scalar.
 */
export type Form = "rolled" | "codebook" | "unrolled" | "columns" | "planes";

export const FORMS: readonly Form[] = ["rolled", "codebook", "unrolled", "columns", "planes"];

/** What a layer was preferred to. */
export interface Alternative {
  /** As in `columns`, or `unrolled + rolled` where the operators would be layers of their own. */
  readonly form: string;
  readonly instructions: number;
  readonly flashBytes: number;
}

/** One or more operators that are computed by one layer, or none at all. */
export interface Choice {
  /** Their positions in the graph, in order. */
  readonly ops: readonly number[];
  readonly form: Form;
  readonly lowering: Lowering | GeneratedLowering;
  /** The tensors that it leaves in the arena; what it does not leave there, it hands on as planes or not at all. */
  readonly outputs: readonly TensorId[];
  /** Its output, where that does not lie there as its shape says. */
  readonly planar?: PlanarTensor;
  readonly cost: Cost;
  /** The next best that was looked at, if there is any. */
  readonly instead?: Alternative;
}

export interface Choices {
  /** How the operators of the graph are computed, in order. */
  readonly layers: readonly Choice[];
  /** What they hand to each other. */
  readonly resting: readonly Resting[];
  /** How many places it takes. */
  readonly planes: number;
  /** How tensors that are computed in planes would lie if they were to be sent as planes; none where not given. */
  readonly lanes?: ReadonlyMap<TensorId, Lanes>;
  /** The graph that they compute: weights may lie in another order. */
  readonly graph: Graph;
}

/** Bytes of what is made before an operator and read after it. */
export function restingBytes(resting: readonly Resting[], op: number): number {
  return resting.reduce((sum, { from, to, bytes }) => sum + (from < op && op < to ? bytes : 0), 0);
}

/** Layers as what another is preferred to. */
export function alternative(layers: readonly Choice[]): Alternative {
  const sum = (pick: (cost: Cost) => number) => layers.reduce((total, { cost }) => total + pick(cost), 0);
  return {
    form: [...new Set(layers.map(({ form }) => form))].join(" + "),
    instructions: sum(({ instructions }) => instructions),
    flashBytes: sum(({ flashBytes }) => flashBytes),
  };
}
