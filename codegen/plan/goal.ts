/** What plans are compared by. */
import { type Heap, layerCollections } from "../cost/collections.js";
import type { Cost } from "../cost/cost.js";
import type { PlanOptions } from "./options.js";

/** Instructions that a byte counts as. */
export interface Prices {
  readonly flash: number;
  /** Of what lives at once. */
  readonly ram: number;
}

/** By what is to be made least. Plans that are as fast as each other are told apart by flash. */
export const PRICES: Readonly<Record<NonNullable<PlanOptions["optimize"]>, Prices>> = {
  speed: { flash: 3, ram: 0 },
  size: { flash: 5_000, ram: 0 },
  ram: { flash: 0, ram: 2 ** 40 },
};

/** What a layer comes to, collections included, in a heap where so many bytes rest beside it. */
export function figureOf(cost: Cost, prices: Prices, heap: Heap, restingBytes = 0): number {
  const collections = layerCollections(cost, restingBytes, heap);
  const { instructions, flashBytes, transientBytes } = cost;
  return instructions + collections + prices.flash * flashBytes + prices.ram * transientBytes;
}
