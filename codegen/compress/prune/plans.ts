import type { Plan } from "../../plan/plan.js";
import { DisjointSets } from "./disjoint-sets.js";

/** Predicted costs of layers. */
export interface LayersCost {
  readonly instructions: number;
  readonly flashBytes: number;
}

/** Operators that one of two plans computes as one, and what both plans predict for them. */
export interface CommonLayers {
  /** Names of the operators, in their order. */
  readonly names: readonly string[];
  readonly before: LayersCost;
  readonly after: LayersCost;
}

/** Compares the plans of two graphs whose operators have the same names, in the order of the first one. */
export function commonLayers(before: Plan, after: Plan): CommonLayers[] {
  const names = [
    ...new Set(
      [before, after].flatMap(({ layers }) => layers.flatMap(({ ops }) => ops)).map(({ name }) => name),
    ),
  ];
  const indexes = new Map(names.map((name, index) => [name, index]));
  const sets = new DisjointSets(names.length);
  const setOf = (name: string) => sets.find(indexes.get(name)!);
  for (const { ops } of [...before.layers, ...after.layers])
    for (const { name } of ops) sets.join(indexes.get(ops[0].name)!, indexes.get(name)!);
  const costs = [before, after].map(({ layers }) => {
    const sums = new Map<number, LayersCost>();
    for (const { ops, cost } of layers) {
      const { instructions = 0, flashBytes = 0 } = sums.get(setOf(ops[0].name)) ?? {};
      sums.set(setOf(ops[0].name), {
        instructions: instructions + cost.instructions,
        flashBytes: flashBytes + cost.flashBytes,
      });
    }
    return sums;
  });
  const common = new Map<number, string[]>();
  for (const name of names) common.set(setOf(name), [...(common.get(setOf(name)) ?? []), name]);
  const none = { instructions: 0, flashBytes: 0 };
  return [...common].map(([set, own]) => ({
    names: own,
    before: costs[0].get(set) ?? none,
    after: costs[1].get(set) ?? none,
  }));
}
