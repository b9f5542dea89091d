/** What the split planner has to know of a board; `boards/stage.ts` makes it from a description. */

import type { Shortage } from "../../boards/machine.js";
import type { Creation } from "../plan/creation.js";
import type { PlanOptions } from "../plan/options.js";
import type { Plan, PlannedLayer } from "../plan/plan.js";
import type { StageBuffers } from "./buffers.js";

export interface StageBoard {
  readonly name: string;
  /** What a stage is planned with: the board's limits are among it. `train` is that of the whole model, the same of all boards. */
  readonly options: PlanOptions;
  /** Power with the CPU running, and the radio where links need it. */
  readonly watts: number;
  /** Time that instructions take, in those of the cost model. */
  milliseconds(instructions: number): number;
  /**
   * What a planned stage takes there.
   *
   * @param buffers that its links keep
   * @param inferences its layers, with what they take in each of some inferences; in one without zeros if not given
   */
  place(plan: Plan, buffers: StageBuffers, inferences?: readonly (readonly PlannedLayer[])[]): Placement;
}

/** A planned stage on a board. */
export interface Placement {
  /** Of one inference, the mean where several are given; garbage collections included. */
  readonly instructions: number;
  /** Code and constants. */
  readonly flashBytes: number;
  /** The XS machine that the stage asks for, and its bytes. */
  readonly creation: Creation;
  readonly heapBytes: number;
  /** What the board has too little of; empty where the stage fits. */
  readonly short: readonly Shortage[];
}
