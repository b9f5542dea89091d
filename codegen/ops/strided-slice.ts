import type { Operator } from "./operator.js";

export interface StridedSliceAttributes {
  /** Bit i speaks of entry i of begin, end and strides. */
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
  /** End is relative to begin. */
  readonly offset: boolean;
}

export const stridedSlice: Operator<StridedSliceAttributes> = {
  kind: "STRIDED_SLICE",
  inputs: [4, 4],
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
