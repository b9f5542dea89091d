/** What the split planner has to know of a board; `boards/stage.ts` makes it from a description. */

import type { Shortage } from "../../boards/machine.js";
import type { PlanOptions } from "../plan/options.js";
import type { Plan } from "../plan/plan.js";

export interface StageBoard {
  readonly name: string;
  /** What a stage is planned with: the board's limits are among it. */
  readonly options: PlanOptions;
  /** Power with the CPU running. */
  readonly watts: number;
  /** Time that instructions take, in those of the cost model. */
  milliseconds(instructions: number): number;
  /** What a planned stage takes there. */
  place(plan: Plan): Placement;
}

/** A planned stage on a board. */
export interface Placement {
  /** Of one inference in which no activation is zero, garbage collections included. */
  readonly instructions: number;
  /** Code and constants. */
  readonly flashBytes: number;
  /** The XS machine that the stage asks for. */
  readonly heapBytes: number;
  /** What the board has too little of; empty where the stage fits. */
  readonly short: readonly Shortage[];
}
