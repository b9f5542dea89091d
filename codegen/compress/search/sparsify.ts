/** How a network gets sparse while it is trained. */
import { elements, type Graph } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import type { PlanOptions } from "../../plan/options.js";
import { keptCount, maskOf, type Pruned } from "../prune/mask.js";
import { l1Method } from "../prune/methods.js";
import { parameterId, prunableLayers } from "../prune/parameter.js";
import { pruneLanes } from "../prune/patterns/lanes.js";
import { type Saving, savings } from "../prune/patterns/savings.js";
import { applyMethod } from "../prune/prune.js";

/**
 * Depthwise layers and the first layer get this part of the sparsity of others: they have few weights, and every one of them reaches
 * all that comes after.
 */
const DELICATE = 0.5;

/**
 * How many times what single weights save groups have to: they cost more accuracy. (Fashion's student with 75 % zeros: 0.65 points
 * more, for a tenth of the instructions.)
 */
const WORTH = 1.25;

/**
 * Layers whose weights are pruned in groups, since a share of them saves much less as single weights.
 *
 * @param pruned of a valid quantized graph, after the passes
 * @param sparsity of all layers together
 */
export function worthwhileGroups(pruned: Pruned, sparsity: number, options: PlanOptions): Saving[] {
  const shares = sharesOf(pruned.graph, sparsity);
  const share = ({ name }: Op) => shares.get(name)!;
  const single = savings(pruned, options, { share, groups: singly });
  return savings(pruned, options, { share }).filter(
    (grouped) => saved(grouped) > WORTH * saved(single.find(({ op }) => op === grouped.op)!),
  );
}

/** Every weight is a group. */
function singly(_op: Op, shape: readonly number[]): Int32Array[] {
  return Array.from({ length: elements(shape) }, (_, i) => Int32Array.of(i));
}

/** By all groups of a layer together. */
function saved({ groups, instructions }: Saving): number {
  return groups.length * instructions;
}

/**
 * Prunes the least of each layer until a share of all weights is zero: groups of weights that kernels multiply at once where that is
 * worth it, else single weights.
 *
 * @param sparsity of all layers together: those that are not delicate have more
 * @param groups of the network, quantized
 */
export function sparser(pruned: Pruned, sparsity: number, groups: readonly Saving[]): Pruned {
  const shares = sharesOf(pruned.graph, sparsity);
  return [...shares].reduce((before, [layer, share]) => {
    const op = before.graph.ops.find(({ name }) => name === layer)!;
    const mask = maskOf(before, parameterId(op, "weight")!);
    const count = Math.round(share * mask.length) - (mask.length - keptCount(mask));
    if (count <= 0) return before;
    const own = groups.filter(({ op }) => op.name === layer);
    return own.length > 0
      ? pruneLanes(before, { count }, own)
      : applyMethod(before, { layer, name: "weight" }, l1Method({ count }));
  }, pruned);
}

/** The sparsity of each layer, by name: no layer loses all of its weights. */
function sharesOf(graph: Graph, sparsity: number): Map<string, number> {
  const layers = prunableLayers(graph).map((op, i) => ({
    name: op.name,
    isDelicate: i === 0 || op.kind === "DEPTHWISE_CONV_2D",
    weights: graph.tensors[parameterId(op, "weight")!].data!.length / 4,
  }));
  const sum = (isDelicate: boolean) =>
    layers.reduce((total, it) => (it.isDelicate === isDelicate ? total + it.weights : total), 0);
  const [delicate, others] = [sum(true), sum(false)];
  const share = others === 0 ? 0 : (sparsity * (delicate + others) - DELICATE * sparsity * delicate) / others;
  return new Map(
    layers.map(({ name, isDelicate, weights }) => [
      name,
      Math.min(isDelicate ? DELICATE * sparsity : share, 1 - 1 / weights),
    ]),
  );
}
