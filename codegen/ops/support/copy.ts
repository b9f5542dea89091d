/** What operators that move elements and compute nothing have in common. */
import type { DType, Tensor } from "../../graph/graph.js";
import type { Node } from "../node.js";

/** Refuses an input of other types than `supported`, and outputs of another type than the input. */
export function checkTypes(node: Node, input: Tensor, supported: readonly DType[]): void {
  node.requireType(input, "the input", supported);
  for (let i = 0; i < node.op.outputs.length; i++)
    node.requireType(node.output(i), "the output", [input.dtype]);
}

/** Refuses a tensor of more dimensions than TFLM's kernel takes. */
export function checkRank(node: Node, tensor: Tensor, max: number): void {
  const found = tensor.shape.length;
  if (found > max) node.refuse("rank", { role: "the input", found, supported: `up to ${max}` });
}

/** The values of a constant input that must have `count` of them. */
export function integersOf(node: Node, position: number, role: string, count: number): number[] {
  const values = node.integers(position, role);
  if (values.length !== count)
    node.refuse("shape", { why: `${role} has ${values.length} values where ${count} belong` });
  return values;
}
