import { reshape, transpose } from "@tensorflow/tfjs-core";
import type { Conv2dAttributes } from "../../../../ops/conv2d.js";
import type { DifferentiableOperator } from "../operator.js";
import { requireConstant } from "../support/constants.js";
import { convolution } from "../support/convolution.js";
import { geometryOf } from "../support/geometry.js";

/** NHWC input, OHWI weights. */
export const conv2d: DifferentiableOperator<Conv2dAttributes> = {
  kind: "CONV_2D",
  prepare(node) {
    requireConstant(node, 1, "the weights");
    requireConstant(node, 2, "the bias");
    const [, height, width] = node.input(1).shape;
    const geometry = geometryOf(node, height, width);
    return ([x, weights, bias]) => {
      const filter = transpose(weights!, [1, 2, 3, 0]);
      return [convolution({ x: x!, filter, bias: bias && reshape(bias, [-1]) }, geometry)];
    };
  },
};
