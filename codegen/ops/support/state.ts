/** What VAR_HANDLE, READ_VARIABLE and ASSIGN_VARIABLE share. */
import { byteLength, DTYPE_BYTES, type Tensor, type Variable } from "../../graph/graph.js";
import type { Node } from "../node.js";
import type { KernelLowering, Placed } from "../operator.js";
import { copyParts } from "./parts.js";

/** What a variable can hold. */
const VALUES = Object.keys(DTYPE_BYTES).filter((dtype) => dtype !== "resource");

/** What such operators carry. */
export interface VariableAttributes {
  /** Index in `Graph.variables`. */
  readonly variable: number;
}

/** Refuses a first input that is no handle, and a value of another type or shape than the variable. */
export function checkValue(node: Node<VariableAttributes>, value: Tensor): void {
  const { dtype, shape } = variableOf(node);
  node.requireType(node.input(0), "the handle", ["resource"]);
  node.requireType(value, "the value", [dtype]);
  // A handle is nothing at run time, so there would be nothing to copy.
  if (dtype === "resource")
    node.refuse("type-not-supported", { role: "the value", dtype, supported: VALUES });
  if (value.shape.join() !== shape.join())
    node.refuse("shape", {
      why: `the variable is [${shape.join(", ")}], its value [${value.shape.join(", ")}]`,
    });
}

/** The variable that the operator names. */
export function variableOf({ graph, attributes }: Node<VariableAttributes>): Variable {
  return graph.variables[attributes.variable];
}

/** A copy of a whole value. */
export function copyValue(value: Tensor, from: Placed, to: Placed): KernelLowering {
  const run = byteLength(value);
  const constant = value.data !== undefined;
  return copyParts([{ from, fromStride: run, to, toStride: run, run, constant }], 1);
}
