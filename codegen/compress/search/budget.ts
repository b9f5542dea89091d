/** What a model may take at most. */
import { thousands } from "../../emit/text.js";
import type { Cost } from "../report/report.js";

export interface Budget {
  readonly flashBytes?: number;
  readonly ramBytes?: number;
  /** Of an inference on the board, by the middle of what is predicted. */
  readonly milliseconds?: number;
}

/** One figure of a budget, and what a model takes of it. */
export interface Spent {
  readonly what: keyof Budget;
  readonly limit: number;
  readonly needed: number;
}

/** What a model takes of each figure of a budget. */
export function spent({ flashBytes, ramBytes, board }: Cost, budget: Budget): Spent[] {
  const needed: Required<Budget> = {
    flashBytes,
    ramBytes,
    milliseconds: board?.milliseconds.value ?? 0,
  };
  return (Object.keys(needed) as (keyof Budget)[]).flatMap((what) => {
    const limit = budget[what];
    return limit === undefined ? [] : [{ what, limit, needed: needed[what] }];
  });
}

/** How many times its budget a model takes, by the figure that is furthest off; at most 1 where it meets it. */
export function share(cost: Cost, budget: Budget): number {
  return Math.max(...spent(cost, budget).map(({ limit, needed }) => needed / limit));
}

/** A budget in words. */
export function budgetText({ flashBytes, ramBytes, milliseconds }: Budget): string {
  const parts = [
    flashBytes !== undefined && `${thousands(flashBytes)} bytes of flash`,
    ramBytes !== undefined && `${thousands(ramBytes)} bytes of RAM`,
    milliseconds !== undefined && `${milliseconds} ms`,
  ];
  return parts.filter(Boolean).join(", ");
}
