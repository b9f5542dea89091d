/** Kernel forms. Each operator has a rolled one; others will join, and this is where one is chosen. */
import type { Node } from "../ops/node.js";
import type { Lowering } from "../ops/operator.js";
import { operatorOf } from "../ops/registry.js";

/** `rolled`: loops over typed arrays, small in flash. */
export type Form = "rolled";

/** The form in which an operator is compiled, and its lowering. */
export function chooseForm(node: Node): { form: Form; lowering: Lowering } {
  return { form: "rolled", lowering: operatorOf(node.op).lower(node) };
}
