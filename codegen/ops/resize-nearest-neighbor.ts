import type { Operator } from "./operator.js";

export interface ResizeNearestNeighborAttributes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

export const resizeNearestNeighbor: Operator<ResizeNearestNeighborAttributes> = {
  kind: "RESIZE_NEAREST_NEIGHBOR",
  inputs: [2, 2],
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
