import { type MeanLayer, mean16, mean as meanKernel } from "../../runtime/mean.js";
import type { Multiplier } from "../arithmetic/multiplier.js";
import { elements } from "../graph/graph.js";
import type { Node } from "./node.js";
import { kernel, type Operator, tensor } from "./operator.js";
import {
  ACTIVATION_TYPES_TEXT,
  activationBytes,
  activationLimits,
  activationReach,
  checkActivations,
  isWide,
} from "./support/activations.js";
import { axisOf } from "./support/axis.js";
import { multiplierOf } from "./support/factor.js";
import { broadcastStrides, fuse } from "./support/loops.js";
import { cut } from "./support/tiles.js";

export interface MeanAttributes {
  /** Averaged dimensions stay, with size 1. */
  readonly keepDims: boolean;
}

/** The averaged axes: negative ones count from the end, duplicates count once; a scalar has none. */
export function axes(node: Node): ReadonlySet<number> {
  const { shape } = node.input(0);
  if (shape.length === 0) return new Set();
  return new Set(node.integers(1, "the axes").map((axis) => axisOf(node, axis, shape.length)));
}

/** How many elements one output is the mean of. */
function averaged(node: Node): number {
  const over = axes(node);
  return elements(node.input(0).shape.filter((_, axis) => over.has(axis)));
}

/**
 * The factor from a sum to the output: that of the scales, its multiplier divided by the number of elements afterwards,
 * with as many more bits as fit (QuantizedMeanOrSum in kernels/internal/reference/reduce.h).
 */
function meanMultiplier(node: Node): Multiplier {
  const input = node.perTensor(node.input(0), "the input");
  const output = node.perTensor(node.output(), "the output");
  const count = averaged(node);
  const ratio = multiplierOf(node, input.scale / output.scale, activationReach(node));
  const more = Math.min(Math.floor(Math.log2(count)), 31 + ratio.shift);
  return {
    multiplier: Number((BigInt(ratio.multiplier) << BigInt(more)) / BigInt(count)),
    shift: ratio.shift - more,
  };
}

/** The mean over some axes (micro/kernels/reduce_common.cc, kernels/internal/reference/reduce.h). */
export const mean: Operator<MeanAttributes> = {
  kind: "MEAN",
  inputs: [2, 2],
  outputs: [1, 1],
  types: ACTIVATION_TYPES_TEXT,
  restrictions: "constant axes",
  checked: "golden models, reference",

  check(node) {
    checkActivations(node, { "the input": node.input(0) });
    node.requireType(node.input(1), "the axes", ["int32"]);
    const { shift } = meanMultiplier(node);
    const bound = averaged(node) * activationReach(node) * 2 ** Math.max(0, shift);
    if (bound >= 2 ** 31) node.refuse("accumulator-overflow", { bound: `±${bound}` });
  },

  infer(node) {
    const over = axes(node);
    const { shape } = node.input(0);
    return [
      node.attributes.keepDims
        ? shape.map((size, axis) => (over.has(axis) ? 1 : size))
        : shape.filter((_, axis) => !over.has(axis)),
    ];
  },

  lower(node) {
    const over = axes(node);
    const { shape } = node.input(0);
    const strides = broadcastStrides(shape);
    const loops = shape.map((size, axis) => ({ size, strides: [strides[axis]] }));
    const kept = fuse(loops.filter((_, axis) => !over.has(axis)));
    const summed = fuse(loops.filter((_, axis) => over.has(axis)));
    if (summed.length === 0) summed.push({ size: 1, strides: [1] });
    const outputs = elements(node.output().shape);
    const count = averaged(node);
    const { perTile, tiles, work } = cut(outputs, count);
    return kernel<MeanLayer>(
      { module: "mean", kernel: isWide(node) ? mean16 : meanKernel, layerType: "MeanLayer", tiles, work },
      {
        input: tensor(node.inputId(0), activationBytes(node)),
        output: tensor(node.outputId(), activationBytes(node)),
        outputs,
        outputsPerTile: perTile,
        keptSizes: kept.map(({ size }) => size),
        keptStrides: kept.map(({ strides: [stride] }) => stride),
        summedSizes: summed.map(({ size }) => size),
        summedStrides: summed.map(({ strides: [stride] }) => stride),
        sumOffset: 0 - node.perTensor(node.input(0), "the input").zeroPoint * count,
        ...meanMultiplier(node),
        outputZeroPoint: node.perTensor(node.output(), "the output").zeroPoint,
        ...activationLimits(node),
      },
    );
  },
};
