import type { Node } from "../../../../ops/node.js";

/** Refuses weights, or a bias, that are computed: each sample would have its own. */
export function requireConstant(node: Node, position: number, role: string): void {
  if (node.optional(position)) node.constant(position, role);
}
