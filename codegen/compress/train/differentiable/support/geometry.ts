import type { Node } from "../../../../ops/node.js";
import { type Window, windowConstants } from "../../../../ops/support/window.js";
import type { Geometry } from "../../backend/geometry.js";

/** How the window of a convolution or pool moves. */
export function geometryOf(node: Node<Window>, filterHeight: number, filterWidth: number): Geometry {
  const { dilationHeight = 1, dilationWidth = 1 } = node.attributes;
  return { ...windowConstants(node, filterHeight, filterWidth), dilationHeight, dilationWidth };
}
