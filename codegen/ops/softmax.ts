import { multiplyHigh } from "../../runtime/requantize.js";
import { type SoftmaxLayer, softmax as softmaxKernel } from "../../runtime/softmax.js";
import { expOnNegative, inputRadius } from "../arithmetic/fixed-point.js";
import { quantizeMultiplier } from "../arithmetic/multiplier.js";
import { DTYPE_BYTES, elements, type Tensor } from "../graph/graph.js";
import type { Node } from "./node.js";
import { kernel, type Operator, tensor, words } from "./operator.js";
import { requireFixedOutput } from "./support/fixed-output.js";
import { checkSoftmax16, lowerSoftmax16, MAX_DEPTH_16, SCALE_TOLERANCE } from "./support/softmax16.js";
import { cut } from "./support/tiles.js";

export interface SoftmaxAttributes {
  /** What inputs are multiplied by before they are exponentiated. */
  readonly beta: number;
}

/** exp() takes Q5.26: what lies further than 2^5 below the maximum counts as 0. */
const INTEGER_BITS = 5;

/** Each exponential adds up to 2^19 to the sum, in int32. */
const MAX_DEPTH = 4095;

/** Two passes with a fixed-point scaling each, and one for the maximum. */
const WORK = 6;

/** PreprocessSoftmaxScaling (kernels/internal/quantization_util.cc): from steps of the input to Q5.26. */
function scaling(node: Node<SoftmaxAttributes>) {
  const { scale } = node.perTensor(node.input(0), "the input");
  const factor = Math.min(node.attributes.beta * scale * 2 ** (31 - INTEGER_BITS), 2 ** 31 - 1);
  if (!(factor > 1)) node.refuse("multiplier-range", { value: factor });
  return quantizeMultiplier(factor);
}

/** exp(−d · scale · beta) in Q0.31 for d = 0 to 255 steps below the maximum. */
function exponentials(node: Node<SoftmaxAttributes>): number[] {
  const { multiplier, shift } = scaling(node);
  const radius = inputRadius(INTEGER_BITS, shift);
  return Array.from({ length: 256 }, (_, d) =>
    d > radius ? 0 : expOnNegative(multiplyHigh(-d * 2 ** shift, multiplier), INTEGER_BITS),
  );
}

/** The last dimension. */
function depthOf({ shape }: Tensor): number {
  return shape[shape.length - 1];
}

/** The kernels of kernels/internal/reference/softmax.h, that for int8 with its exponentials in a table. */
export const softmax: Operator<SoftmaxAttributes> = {
  kind: "SOFTMAX",
  inputs: [1, 1],
  outputs: [1, 1],
  types: "int8 → int8, int16; int16 → int16",
  restrictions: `over the last dimension, of up to ${MAX_DEPTH}, in int16 ${MAX_DEPTH_16}; output scale 1/256, zero point −128, from int8 to int16 1/65536, −32768, from int16 1/32768, 0`,
  checked: "golden models, reference",

  check(node) {
    const input = node.input(0);
    node.requireType(input, "the input", ["int8", "int16"]);
    if (input.shape.length === 0)
      node.refuse("rank", { role: "the input", found: 0, supported: "1 and above" });
    const depth = depthOf(input);
    if (input.dtype === "int16") return checkSoftmax16(node, depth);
    node.requireType(node.output(), "the output", ["int8", "int16"]);
    if (depth > MAX_DEPTH) node.refuse("accumulator-overflow", { bound: `${depth * 2 ** 19}` });
    if (node.output().dtype === "int8") requireFixedOutput(node, 1 / 256, -128);
    else requireFixedOutput(node, 2 ** -16, -32768, SCALE_TOLERANCE);
    scaling(node);
  },

  infer: (node) => [node.input(0).shape],

  lower(node) {
    const { shape, dtype } = node.input(0);
    const depth = depthOf(node.input(0));
    if (dtype === "int16") return lowerSoftmax16(node, depth);
    const rows = elements(shape) / depth;
    const { perTile, tiles, work } = cut(rows, depth * WORK);
    const outputBytes = DTYPE_BYTES[node.output().dtype] as 1 | 2;
    return kernel<SoftmaxLayer>(
      { module: "softmax", kernel: softmaxKernel, layerType: "SoftmaxLayer", tiles, work },
      {
        input: tensor(node.inputId(0)),
        output: tensor(node.outputId(), outputBytes),
        outputBits: 8 * outputBytes,
        depth,
        rows,
        rowsPerTile: perTile,
        exponentials: words(`${node.op.name}: exponentials`, exponentials(node)),
      },
    );
  },
};
