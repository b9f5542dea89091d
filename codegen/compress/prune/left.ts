import { tryEach } from "../../problems/collector.js";
import { opPlace, refuse } from "../../problems/problem.js";
import { masked, nonZeros, type Pruned } from "./mask.js";
import { parameterId, prunableLayers } from "./parameter.js";

/** @throws Refusal `nothing-left` for each layer that had weights and has none any more */
export function requireWeightsLeft(pruned: Pruned): void {
  const { tensors } = masked(pruned);
  tryEach(prunableLayers(pruned.graph), (op) => {
    const id = parameterId(op, "weight")!;
    const isEmpty = (of: readonly (typeof tensors)[number][]) => !nonZeros(of[id]).includes(1);
    if (isEmpty(tensors) && !isEmpty(pruned.graph.tensors)) refuse("nothing-left", {}, opPlace(op));
  });
}
