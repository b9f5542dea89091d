/** What AVERAGE_POOL_2D and MAX_POOL_2D share. */
import type { Memory } from "../../../runtime/layer.js";
import type { Pool2dLayer } from "../../../runtime/pool2d.js";
import { type Activation, activationRange } from "../../arithmetic/activation.js";
import type { Node } from "../node.js";
import { type KernelLowering, kernel, type Operator, tensor } from "../operator.js";
import {
  ACTIVATION_TYPES_TEXT,
  activationBytes,
  activationLimits,
  checkActivations,
  isWide,
} from "./activations.js";
import { cut } from "./tiles.js";
import { checkWindow, type Window, windowConstants, windowShape } from "./window.js";

export interface PoolAttributes extends Window {
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly activation: Activation;
}

/** TFLM's tolerance between the scales of input and output: its pools do not rescale. */
const SCALE_TOLERANCE = 1e-6;

/** What pools have in common (micro/kernels/pooling_common.cc). */
export const pool = {
  inputs: [1, 1],
  outputs: [1, 1],
  types: ACTIVATION_TYPES_TEXT,
  restrictions: "same quantization of input and output",

  check(node: Node<PoolAttributes>) {
    checkActivations(node, { "the input": node.input(0) });
    checkWindow(node, node.attributes.filterHeight, node.attributes.filterWidth);
    const input = node.perTensor(node.input(0), "the input");
    const output = node.perTensor(node.output(), "the output");
    if (
      Math.abs(Math.fround(input.scale - output.scale)) > SCALE_TOLERANCE ||
      input.zeroPoint !== output.zeroPoint
    )
      node.refuse("quantization-same", { first: "the input", second: "the output" });
    const bound = (1 - activationLimits(node).min) * area(node); // of sums, with what is added to round
    if (bound >= 2 ** 31) node.refuse("accumulator-overflow", { bound: `±${bound}` });
  },

  infer(node: Node<PoolAttributes>) {
    const { filterHeight, filterWidth } = node.attributes;
    return [windowShape(node, filterHeight, filterWidth, node.input(0).shape[3])];
  },
} satisfies Partial<Operator<PoolAttributes>>;

type Kernel = (memory: Memory, layer: Pool2dLayer, tile: number) => void;

/** By the kernels for int8 and for int16. */
export function lowerPool(node: Node<PoolAttributes>, run: Kernel, runWide: Kernel): KernelLowering {
  const { filterHeight, filterWidth, activation } = node.attributes;
  const window = windowConstants(node, filterHeight, filterWidth);
  const { perTile, tiles, work } = cut(window.positions, window.outputDepth * area(node));
  return kernel<Pool2dLayer>(
    { module: "pool2d", kernel: isWide(node) ? runWide : run, layerType: "Pool2dLayer", tiles, work },
    {
      input: tensor(node.inputId(0), activationBytes(node)),
      output: tensor(node.outputId(), activationBytes(node)),
      ...window,
      positionsPerTile: perTile,
      ...activationRange(activation, node.perTensor(node.output(), "the output"), activationLimits(node)),
    },
  );
}

/** Elements of the input that a window covers at most. */
function area(node: Node<PoolAttributes>): number {
  const [, height, width] = node.input(0).shape;
  return Math.min(height, node.attributes.filterHeight) * Math.min(width, node.attributes.filterWidth);
}
