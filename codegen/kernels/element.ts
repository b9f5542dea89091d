/** Activations as generated kernels have them side by side in BigInts: int8, or int16 with int8 weights. */
import type { Node } from "../ops/node.js";
import { isWide } from "../ops/support/activations.js";

/** Bits of an activation. */
export type ElementBits = 8 | 16;

/** Those of an operator's output. */
export function elementBitsOf(node: Node): ElementBits {
  return isWide(node) ? 16 : 8;
}

/** An activation of which all bits are set. */
export function allBits(element: ElementBits): bigint {
  return (1n << BigInt(element)) - 1n;
}

/** Its sign bit: turned, it makes a number that counts from the least one. */
export function signBit(element: ElementBits): bigint {
  return 1n << BigInt(element - 1);
}

/** The least activation. */
export function leastOf(element: ElementBits): number {
  return -(2 ** (element - 1));
}

/** How many lie in a word of the arena. */
export function perWord(element: ElementBits): number {
  return 32 / element;
}
