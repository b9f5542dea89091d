/** What rolled kernels cost. */
import type { Node } from "../ops/node.js";
import type { Lowering } from "../ops/operator.js";
import type { Cost } from "./cost.js";

/** The cost of an operator's rolled form. */
export function rolledCost(_node: Node, lowering: Lowering): Cost {
  const nothing = {
    instructions: 0,
    longestStep: 0,
    garbageBytes: 0,
    transientBytes: 0,
    flashBytes: 0,
    stackSlots: 0,
  };
  if (lowering.form !== "kernel") return nothing;
  const longestStep = 4800 + lowering.work * 1700;
  return { ...nothing, longestStep, instructions: lowering.tiles * longestStep };
}
