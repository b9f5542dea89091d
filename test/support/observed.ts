/** Runs a plan here and looks at its tensors. */
import { Observer } from "../../codegen/observe.js";
import type { Plan } from "../../codegen/plan/plan.js";

/** The bytes of every tensor that `plan.json` lists, by id, each read when its layer is complete. */
export function observed(plan: Plan, input: readonly number[]): Map<number, Uint8Array> {
  return new Observer(plan).next(Uint8Array.from(input));
}
