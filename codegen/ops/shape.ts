import type { Operator } from "./operator.js";

export interface ShapeAttributes {
  readonly outputType: "int32" | "int64";
}

export const shape: Operator<ShapeAttributes> = {
  kind: "SHAPE",
  inputs: [1, 1],
  outputs: [1, 1],
  types: "TODO",
  restrictions: "TODO",
  checked: "TODO",
  check: () => {
    throw new Error("not yet");
  },
  infer: () => {
    throw new Error("not yet");
  },
  lower: () => {
    throw new Error("not yet");
  },
};
