/** Operators that make one number of all positions of each channel. */

import { quotient } from "../../../runtime/integer.js";
import type { Layer } from "../../../runtime/layer.js";
import type { MeanLayer } from "../../../runtime/mean.js";
import type { Pool2dLayer } from "../../../runtime/pool2d.js";
import { quantizeMultiplier } from "../../arithmetic/multiplier.js";
import { type Steps, stepsOf } from "../../arithmetic/scaling.js";
import type { Node } from "../../ops/node.js";
import type { KernelLowering } from "../../ops/operator.js";
import { operatorOf } from "../../ops/registry.js";

/** Channels lie side by side, position after position. */
export interface Reduction {
  readonly positions: number;
  readonly channels: number;
  /** A channel's accumulator is the sum of its inputs, each less this. */
  readonly inputZeroPoint: number;
  /** What becomes of it. */
  readonly steps: Steps;
}

/** @param node as checked by its operator; undefined where it is no such operator, or sums over other axes */
export function reductionOf(node: Node): Reduction | undefined {
  const lowering = operatorOf(node.op).lower(node);
  if (lowering.form !== "kernel") return undefined;
  if (node.op.kind === "MEAN") return ofMean(constants<MeanLayer>(lowering), node);
  if (node.op.kind === "AVERAGE_POOL_2D") return ofPool(constants<Pool2dLayer>(lowering));
  return undefined;
}

/** The numbers among the constants of a rolled kernel. */
function constants<L extends Layer>({ parameters }: KernelLowering): L {
  return parameters as unknown as L;
}

function ofMean({ outputs, keptSizes, summedSizes, summedStrides, ...layer }: MeanLayer, node: Node) {
  const [positions] = summedSizes;
  const isOfChannels = keptSizes.length <= 1 && summedSizes.length === 1 && summedStrides[0] === outputs;
  if (!isOfChannels) return undefined;
  const inputZeroPoint = node.perTensor(node.input(0), "the input").zeroPoint;
  const { multiplier, shift, outputZeroPoint: zeroPoint } = layer;
  const requantization = { multiplier, shift, zeroPoint, min: -128, max: 127 };
  const steps = stepsOf(requantization, rangeOf(positions, inputZeroPoint));
  return { positions, channels: outputs, inputZeroPoint, steps };
}

/** The mean, rounded half away from zero (reference/integer_ops/pooling.h). */
function ofPool({ padTop, padLeft, min, max, ...layer }: Pool2dLayer): Reduction | undefined {
  const { inputHeight, inputWidth, inputDepth, filterHeight, filterWidth } = layer;
  const isGlobal = filterHeight - padTop >= inputHeight && filterWidth - padLeft >= inputWidth;
  if (layer.positions > 1 || !isGlobal) return undefined;
  const positions = inputHeight * inputWidth;
  const half = positions >> 1;
  const requantization = { ...quantizeMultiplier(1 / positions), zeroPoint: 0, min, max };
  const steps = stepsOf(requantization, rangeOf(positions, 0), (_, sum) =>
    quotient(sum > 0 ? sum + half : sum - half, positions),
  );
  return { positions, channels: inputDepth, inputZeroPoint: 0, steps };
}

function rangeOf(positions: number, inputZeroPoint: number) {
  return { min: positions * (-128 - inputZeroPoint), max: positions * (127 - inputZeroPoint) };
}
