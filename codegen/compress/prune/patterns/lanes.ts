/** Pruning of weights that kernels multiply at once. */
import { realValues } from "../../../graph/real-values.js";
import { type Amount, countOf } from "../amount.js";
import { keptCount, type Mask, maskOf, type Pruned } from "../mask.js";
import { norm } from "../methods.js";
import { parameterId } from "../parameter.js";
import type { WeightGroup } from "./groups.js";
import type { Saving } from "./savings.js";

/**
 * Prunes groups of weights that save instructions as a whole, those of the least L1 norm for each instruction that they save. Layers in
 * which zeros save nothing stay as they are.
 *
 * @param pruned of the graph that savings are of, or of one that has layers of the same names and shapes, such as the float one
 *   that it was quantized from
 * @param amount of the weights of layers that save something; groups go as long as they are no more than that
 */
export function pruneLanes(pruned: Pruned, amount: Amount, savings: readonly Saving[]): Pruned {
  const masks = new Map<number, Mask>();
  const candidates: { readonly id: number; readonly group: WeightGroup; readonly score: number }[] = [];
  for (const { op, groups, instructions } of savings) {
    if (instructions <= 0) continue;
    const own = pruned.graph.ops.find(({ name }) => name === op.name)!;
    const id = parameterId(own, "weight")!;
    const mask = maskOf(pruned, id).slice();
    masks.set(id, mask);
    const values = realValues(pruned.graph.tensors[id]);
    for (const group of groups) {
      if (group.every((i) => !mask[i])) continue;
      const score =
        norm(
          Float64Array.from(group, (i) => values[i] * mask[i]),
          1,
        ) / instructions;
      candidates.push({ id, group, score });
    }
  }
  const left = [...masks.values()].reduce((sum, mask) => sum + keptCount(mask), 0);
  let room = countOf(amount, left, "elements");
  for (const { id, group } of candidates.sort((a, b) => a.score - b.score)) {
    const mask = masks.get(id)!;
    const size = group.reduce((sum, i) => sum + mask[i], 0);
    if (size > room) break;
    room -= size;
    for (const i of group) mask[i] = 0;
  }
  return { ...pruned, masks: new Map([...pruned.masks, ...masks]) };
}
