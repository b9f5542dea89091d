import type { Tensor } from "@tensorflow/tfjs-core";
import { convolved, filterGradient, inputGradient } from "../../backend/convolution.js";
import type { Geometry } from "../../backend/geometry.js";
import { operation } from "../../backend/operation.js";
import { channelSums } from "../../backend/sums.js";

/** NHWC images under HWIO filters, plus a bias of one value a channel where there is one. */
export const convolution = operation({
  name: "Convolution",
  saved: ["x", "filter"],
  run: (
    { x, filter, bias }: { readonly x: Tensor; readonly filter: Tensor; readonly bias?: Tensor | undefined },
    geometry: Geometry,
  ) => convolved(x, filter, geometry, bias),
  gradients: (slope, { x, filter }, geometry) => ({
    x: () => inputGradient(slope, filter, geometry),
    filter: () => filterGradient(x, slope, geometry),
    bias: () => channelSums(slope),
  }),
});
