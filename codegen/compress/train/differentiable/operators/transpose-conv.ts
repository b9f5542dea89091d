import { reshape, type Tensor, transpose } from "@tensorflow/tfjs-core";
import type { Node } from "../../../../ops/node.js";
import { padding, type TransposeConvAttributes } from "../../../../ops/transpose-conv.js";
import { convolved, filterGradient, inputGradient } from "../../backend/convolution.js";
import type { Geometry } from "../../backend/geometry.js";
import { operation } from "../../backend/operation.js";
import { channelSums } from "../../backend/sums.js";
import type { DifferentiableOperator } from "../operator.js";
import { requireConstant } from "../support/constants.js";

/** The convolution of which it is the gradient runs from its output to its input. OHWI weights. */
export const transposeConv: DifferentiableOperator<TransposeConvAttributes> = {
  kind: "TRANSPOSE_CONV",
  prepare(node) {
    requireConstant(node, 1, "the weights");
    requireConstant(node, 3, "the bias");
    const geometry = geometryOf(node);
    return ([, weights, x, bias]) => {
      const filter = transpose(weights!, [1, 2, 0, 3]);
      return [transposed({ x: x!, filter, bias: bias && reshape(bias, [-1]) }, geometry)];
    };
  },
};

function geometryOf(node: Node<TransposeConvAttributes>): Geometry {
  const [, filterHeight, filterWidth] = node.input(1).shape;
  const [, outputHeight, outputWidth] = node.input(2).shape;
  const [, inputHeight, inputWidth] = node.output().shape;
  const { strideHeight, strideWidth } = node.attributes;
  return {
    ...{ inputHeight, inputWidth, outputHeight, outputWidth, filterHeight, filterWidth },
    ...{ strideHeight, strideWidth, dilationHeight: 1, dilationWidth: 1 },
    ...padding(node),
  };
}

const transposed = operation({
  name: "TransposedConvolution",
  saved: ["x", "filter"],
  run: (
    { x, filter, bias }: { readonly x: Tensor; readonly filter: Tensor; readonly bias?: Tensor | undefined },
    geometry: Geometry,
  ) => inputGradient(x, filter, geometry, bias),
  gradients: (slope, { x, filter }, geometry) => ({
    x: () => convolved(slope, filter, geometry),
    filter: () => filterGradient(slope, x, geometry),
    bias: () => channelSums(slope),
  }),
});
