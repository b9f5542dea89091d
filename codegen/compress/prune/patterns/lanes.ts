/** Pruning of weights that kernels multiply at once. */
import type { TensorId } from "../../../graph/graph.js";
import { realValues } from "../../../graph/real-values.js";
import { type Amount, countOf } from "../amount.js";
import { keptCount, type Mask, maskOf, type Pruned } from "../mask.js";
import { norm } from "../methods.js";
import { parameterOf } from "../parameter.js";
import type { WeightGroup } from "./groups.js";
import type { Saving } from "./savings.js";

/** A group of a layer's weights that is not pruned entirely yet. */
interface Candidate {
  readonly id: TensorId;
  readonly group: WeightGroup;
  /** What is lost with it, for each instruction that it saves: its L1 norm as a share of its layer's. */
  readonly score: number;
}

/**
 * Prunes groups of weights that save instructions as a whole, an amount of each layer: those of the least L1 norms. Layers in which
 * zeros save nothing stay as they are.
 *
 * @param pruned of the graph that savings are of, or of one that has layers of the same names and shapes, such as the float one
 *   that it was quantized from
 * @param amount of weights; groups go as long as they are no more than that
 * @param global whether it is an amount of all these layers together: then layers lose most in which that saves most for the
 *   share of the layer's norm that is lost
 */
export function pruneLanes(
  pruned: Pruned,
  amount: Amount,
  savings: readonly Saving[],
  { global = false }: { readonly global?: boolean } = {},
): Pruned {
  const masks = new Map<TensorId, Mask>();
  const layers = savings
    .filter(({ instructions }) => instructions > 0)
    .map((saving) => {
      const { id } = parameterOf(pruned.graph, { layer: saving.op.name, name: "weight" });
      masks.set(id, maskOf(pruned, id).slice());
      return candidatesOf(pruned, id, saving);
    });
  for (const candidates of global ? [layers.flat()] : layers) pruneLeast(candidates, amount, masks);
  return { ...pruned, masks: new Map([...pruned.masks, ...masks]) };
}

function candidatesOf(pruned: Pruned, id: TensorId, { groups, instructions }: Saving): Candidate[] {
  const mask = maskOf(pruned, id);
  const values = realValues(pruned.graph.tensors[id]);
  const norms = groups.map((group) =>
    norm(
      Float64Array.from(group, (i) => values[i] * mask[i]),
      1,
    ),
  );
  const total = norms.reduce((sum, own) => sum + own, 0) || 1;
  return groups.flatMap((group, i) =>
    group.some((index) => mask[index]) ? [{ id, group, score: norms[i] / total / instructions }] : [],
  );
}

/** Prunes the candidates of the least scores in masks, as long as their weights are no more than an amount of all. */
function pruneLeast(
  candidates: readonly Candidate[],
  amount: Amount,
  masks: ReadonlyMap<TensorId, Mask>,
): void {
  const ids = new Set(candidates.map(({ id }) => id));
  const left = [...ids].reduce((sum, id) => sum + keptCount(masks.get(id)!), 0);
  let room = countOf(amount, left, "elements");
  for (const { id, group } of [...candidates].sort((a, b) => a.score - b.score)) {
    const mask = masks.get(id)!;
    const size = group.reduce((sum, i) => sum + mask[i], 0);
    if (size > room) return;
    room -= size;
    for (const i of group) mask[i] = 0;
  }
}
