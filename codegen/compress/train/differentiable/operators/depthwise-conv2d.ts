import { reshape, type Tensor } from "@tensorflow/tfjs-core";
import type { DepthwiseConv2dAttributes } from "../../../../ops/depthwise-conv2d.js";
import {
  depthwiseConvolved,
  depthwiseFilterGradient,
  depthwiseInputGradient,
} from "../../backend/depthwise.js";
import type { Geometry } from "../../backend/geometry.js";
import { operation } from "../../backend/operation.js";
import { channelSums } from "../../backend/sums.js";
import type { DifferentiableOperator } from "../operator.js";
import { requireConstant } from "../support/constants.js";
import { geometryOf } from "../support/geometry.js";

/** NHWC input, 1HWO weights, `depthMultiplier` output channels for each of the input. */
export const depthwiseConv2d: DifferentiableOperator<DepthwiseConv2dAttributes> = {
  kind: "DEPTHWISE_CONV_2D",
  prepare(node) {
    requireConstant(node, 1, "the weights");
    requireConstant(node, 2, "the bias");
    const [, height, width, outputs] = node.input(1).shape;
    const { depthMultiplier } = node.attributes;
    const geometry = geometryOf(node, height, width);
    return ([x, weights, bias]) => {
      const filter = reshape(weights!, [height, width, outputs / depthMultiplier, depthMultiplier]);
      return [convolution({ x: x!, filter, bias: bias && reshape(bias, [-1]) }, geometry)];
    };
  },
};

const convolution = operation({
  name: "DepthwiseConvolution",
  saved: ["x", "filter"],
  run: (
    { x, filter, bias }: { readonly x: Tensor; readonly filter: Tensor; readonly bias?: Tensor | undefined },
    geometry: Geometry,
  ) => depthwiseConvolved(x, filter, geometry, bias),
  gradients: (slope, { x, filter }, geometry) => ({
    x: () => depthwiseInputGradient(slope, filter, geometry),
    filter: () => depthwiseFilterGradient(x, slope, geometry),
    bias: () => channelSums(slope),
  }),
});
