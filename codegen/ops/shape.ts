import type { Operator } from "./operator.js";

export interface ShapeAttributes {
  readonly outputType: "int32" | "int64";
}

/** The sizes of the input (micro/kernels/shape.cc). */
export const shape: Operator<ShapeAttributes> = {
  kind: "SHAPE",
  inputs: [1, 1],
  outputs: [1, 1],
  types: "any → int32",
  restrictions: "computed at compile time",
  checked: "reference",
  check: (node) => node.requireType(node.output(), "the output", ["int32"]), // whatever outputType says, as TFLM
  infer: (node) => [[node.input(0).shape.length]],
  fold: (node) => [new Uint8Array(Int32Array.from(node.input(0).shape).buffer)],
  lower: () => ({ form: "nothing" }),
};
