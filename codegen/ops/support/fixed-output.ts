import type { Node } from "../node.js";

/** Refuses an output of another quantization than the one that TFLite fixes for the operator. */
export function requireFixedOutput(node: Node, scale: number, zeroPoint: number): void {
  const output = node.perTensor(node.output(), "the output");
  if (output.scale !== scale || output.zeroPoint !== zeroPoint)
    node.refuse("quantization-fixed", { role: "the output", scale, zeroPoint });
}
