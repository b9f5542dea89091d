/** Axes: numbered from 0, or from −1 backwards. */
import type { Node } from "../node.js";

/** The axis of a shape of `rank` dimensions that a possibly negative number names; refuses one out of range. */
export function axisOf(node: Node, axis: number, rank: number): number {
  if (axis < -rank || axis >= rank)
    node.refuse("attribute", {
      attribute: "the axis",
      value: `${axis}`,
      supported: `${-rank} to ${rank - 1}`,
    });
  return axis < 0 ? axis + rank : axis;
}

/** The one axis that constant input `position` holds. */
export function axisInput(node: Node, position: number, rank: number): number {
  const values = node.integers(position, "the axis");
  if (values.length !== 1) node.refuse("shape", { why: `${values.length} axes are given where one belongs` });
  return axisOf(node, values[0], rank);
}
