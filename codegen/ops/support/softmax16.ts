/** SOFTMAX on int16: SoftmaxInt16 (reference/softmax.h), prepared as in micro/kernels/softmax_common.cc. */
import { type Softmax16Layer, softmax16 } from "../../../runtime/softmax16.js";
import { INT16 } from "../../arithmetic/integer-ranges.js";
import { interpolationTable } from "../../arithmetic/interpolation-table.js";
import { type Multiplier, quantizeMultiplier } from "../../arithmetic/multiplier.js";
import { elements } from "../../graph/graph.js";
import type { Node } from "../node.js";
import { halves, type KernelLowering, kernel, type Placed, tensor } from "../operator.js";
import type { SoftmaxAttributes } from "../softmax.js";
import { requireFixedOutput } from "./fixed-output.js";
import { cut } from "./tiles.js";

/** Each exponential adds up to 32767 to the sum, in int32. */
export const MAX_DEPTH_16 = Math.floor((2 ** 31 - 1) / INT16.max);

/** exp() is tabulated from −10 on: what lies further below the maximum counts as e^−10. */
const REACH = 10;

/** Differences of int16, which have 16 bits, are shifted left by so much at most inside int32. */
const MAX_SHIFT = 15;

/** Three passes, with a fixed-point scaling, two table entries and a product. */
const WORK = 8;

/** TFLM's relative tolerance of an int16 output's scale. */
export const SCALE_TOLERANCE = 0.001;

/** From steps of the input to 65535ths of the table of exponentials. */
function scaling(node: Node<SoftmaxAttributes>): Multiplier {
  const { scale } = node.perTensor(node.input(0), "the input");
  const factor = (scale * node.attributes.beta) / (REACH / 65535);
  if (!(factor >= 0 && factor < 2 ** MAX_SHIFT)) node.refuse("multiplier-range", { value: factor });
  return quantizeMultiplier(factor);
}

/** @throws Refusal for types, quantizations and depths that TFLM's kernel does not take */
export function checkSoftmax16(node: Node<SoftmaxAttributes>, depth: number): void {
  const input = node.input(0);
  node.requireType(node.output(), "the output", ["int16"]);
  node.requireZeroPoint(input, "the input");
  if (depth > MAX_DEPTH_16) node.refuse("accumulator-overflow", { bound: `${depth * INT16.max}` });
  requireFixedOutput(node, 2 ** -15, 0, SCALE_TOLERANCE);
  scaling(node);
}

export function lowerSoftmax16(node: Node<SoftmaxAttributes>, depth: number): KernelLowering {
  const rows = elements(node.input(0).shape) / depth;
  const { perTile, tiles, work } = cut(rows, depth * WORK);
  return kernel<Softmax16Layer>(
    { module: "softmax16", kernel: softmax16, layerType: "Softmax16Layer", tiles, work },
    {
      input: tensor(node.inputId(0), 2),
      output: tensor(node.outputId(), 2),
      depth,
      rows,
      rowsPerTile: perTile,
      ...scaling(node),
      exponentials: table("softmax: exponentials", interpolationTable(REACH, INT16.max, Math.exp)),
      reciprocals: table(
        "softmax: reciprocals",
        interpolationTable(1, INT16.min, (x) => 1 / Math.fround(1 + x)),
      ),
    },
  );
}

function table(name: string, entries: readonly number[]): Placed {
  return halves(name, new Uint8Array(Int16Array.from(entries).buffer));
}
