import { type Multiplier, quantizeMultiplier } from "../../arithmetic/multiplier.js";
import type { Node } from "../node.js";

/**
 * The multiplier of a real factor for integers of up to ±`reach`; refuses one whose left shift takes them out of int32.
 *
 * @param factor at least 0
 */
export function multiplierOf(node: Node, factor: number, reach: number): Multiplier {
  if (!Number.isFinite(factor)) node.refuse("multiplier-range", { value: factor });
  const multiplier = quantizeMultiplier(factor);
  if (reach * 2 ** Math.max(0, multiplier.shift) >= 2 ** 31)
    node.refuse("multiplier-range", { value: factor });
  return multiplier;
}

/** The multiplier of a factor that must be below 1: TFLite's QuantizeMultiplierSmallerThanOneExp. */
export function multiplierBelowOne(node: Node, factor: number): Multiplier {
  const multiplier = multiplierOf(node, factor, 1);
  if (factor <= 0 || factor >= 1 || multiplier.shift > 0) node.refuse("multiplier-range", { value: factor });
  return multiplier;
}

/** Difference of two values of one byte: what an input less its zero point is at most. */
export const BYTE_REACH = 255;
