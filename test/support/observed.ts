/** Runs a plan here and looks at its tensors. */
import { report } from "../../codegen/emit/report.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import type { Plan } from "../../codegen/plan/plan.js";

/** The bytes of every tensor that `plan.json` lists, by id, each read when its layer is complete. */
export function observed(plan: Plan, input: readonly number[]): Map<number, Uint8Array> {
  const { tensors } = report(plan, "model");
  const network = instantiate(plan);
  const seen = new Map<number, Uint8Array>();
  const look = (at: number) => {
    for (const { id, layer, offset, bytes } of tensors)
      if (layer === at) seen.set(id, network.memory.uint8.slice(offset, offset + bytes));
  };
  network.input.set(input);
  look(-1);
  for (let isRunning = true; isRunning; ) {
    const { layer } = network;
    isRunning = network.step();
    if (network.layer !== layer || !isRunning) look(layer);
  }
  return seen;
}
