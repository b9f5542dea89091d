import { reshape, transpose } from "@tensorflow/tfjs-core";
import type { FullyConnectedAttributes } from "../../../../ops/fully-connected.js";
import type { Geometry } from "../../backend/geometry.js";
import type { DifferentiableOperator } from "../operator.js";
import { requireConstant } from "../support/constants.js";
import { convolution } from "../support/convolution.js";

/** Images of one pixel, and a filter of one. */
const PIXEL: Geometry = {
  ...{ inputHeight: 1, inputWidth: 1, outputHeight: 1, outputWidth: 1, filterHeight: 1, filterWidth: 1 },
  ...{ strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1, padTop: 0, padLeft: 0 },
};

/** Rows of the input times weights of [outputs, inputs]. */
export const fullyConnected: DifferentiableOperator<FullyConnectedAttributes> = {
  kind: "FULLY_CONNECTED",
  prepare(node) {
    requireConstant(node, 1, "the weights");
    requireConstant(node, 2, "the bias");
    const [depth, length] = node.input(1).shape;
    const shape = node.output().shape.slice(1);
    return ([x, weights, bias], samples) => {
      const filter = reshape(transpose(weights!), [1, 1, length, depth]);
      const rows = reshape(x!, [-1, 1, 1, length]);
      const output = convolution({ x: rows, filter, bias: bias && reshape(bias, [-1]) }, PIXEL);
      return [reshape(output, [samples, ...shape])];
    };
  },
};
