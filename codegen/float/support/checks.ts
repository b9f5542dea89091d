/** Rules that float operators share. */
import { elements, type Tensor } from "../../graph/graph.js";
import type { Node } from "../../ops/node.js";

/** Refuses inputs and outputs other than float32. */
export function requireFloat32(node: Node): void {
  node.op.inputs.forEach((id, i) => {
    if (id !== null) node.requireType(node.graph.tensors[id], `input ${i}`, ["float32"]);
  });
  node.op.outputs.forEach((_, i) => {
    node.requireType(node.output(i), "the output", ["float32"]);
  });
}

/** Refuses a bias of other than one value an output channel. */
export function checkBias(node: Node, bias: Tensor | undefined, channels: number): void {
  if (bias && elements(bias.shape) !== channels)
    node.refuse("shape", {
      why: `the bias has ${elements(bias.shape)} values for ${channels} output channels`,
    });
}
