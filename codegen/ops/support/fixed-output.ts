import type { Node } from "../node.js";

/**
 * Refuses an output of another quantization than the one that TFLite fixes for the operator.
 *
 * @param tolerance of the scale, relative
 */
export function requireFixedOutput(node: Node, scale: number, zeroPoint: number, tolerance = 0): void {
  const output = node.perTensor(node.output(), "the output");
  if (Math.abs(output.scale - scale) > tolerance * scale || output.zeroPoint !== zeroPoint)
    node.refuse("quantization-fixed", { role: "the output", scale, zeroPoint });
}
