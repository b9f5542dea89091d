/** LOGISTIC and TANH on int16 (micro/kernels/{logistic_common,tanh}.cc). */
import type { Memory } from "../../../runtime/layer.js";
import type { SigmoidLayer } from "../../../runtime/sigmoid-layer.js";
import { sigmoidTable } from "../../arithmetic/sigmoid-table.js";
import { elements } from "../../graph/graph.js";
import type { Node } from "../node.js";
import { type KernelLowering, kernel, tensor, words } from "../operator.js";
import { requireFixedOutput } from "./fixed-output.js";
import { cut } from "./tiles.js";

/** A table entry and its neighbour, in iterations of a multiply-accumulate. */
const WORK = 4;

/** How near the logarithm of a scale must be to a whole number for it to count as a power of two (CheckedLog2). */
const LOG_TOLERANCE = 1e-3;

/** What an input is multiplied by, and shifted right afterwards, to be in steps of 1 / (3 · 4096). */
interface Argument {
  readonly factor: number;
  readonly shift: number;
}

/**
 * TFLM takes scales of 2^-12, and of 2^-11 where `mostPower` is 1, as they are, and others with 14 to 15 bits.
 *
 * @throws Refusal `multiplier-range`
 */
function argument(node: Node, mostPower: number): Argument {
  const { scale } = node.perTensor(node.input(0), "the input");
  const log = Math.log2(scale);
  const power = Math.round(log) + 12;
  if (Math.abs(log - Math.round(log)) < LOG_TOLERANCE && power >= 0 && power <= mostPower)
    return { factor: 3 * 2 ** power, shift: 0 };
  let factor = scale * 4096 * 3;
  let shift = 0;
  while (factor <= 32767 / 2 && shift <= 30) {
    factor *= 2;
    shift++;
  }
  if (factor > 32767 || shift > 30) node.refuse("multiplier-range", { value: scale * 4096 * 3 });
  return { factor: Math.trunc(factor), shift };
}

/** @param mostPower of the input's scale in steps of 2^-12, up to which it is taken as it is */
export function lowerSigmoid(
  node: Node,
  run: (memory: Memory, layer: SigmoidLayer, tile: number) => void,
  mostPower: number,
): KernelLowering {
  requireFixedOutput(node, 2 ** -15, 0, LOG_TOLERANCE / 2);
  const count = elements(node.output().shape);
  const { perTile, tiles, work } = cut(count, WORK);
  return kernel<SigmoidLayer>(
    { module: "sigmoid-layer", kernel: run, layerType: "SigmoidLayer", tiles, work },
    {
      input: tensor(node.inputId(0), 2),
      output: tensor(node.outputId(), 2),
      elements: count,
      elementsPerTile: perTile,
      ...argument(node, mostPower),
      table: words("sigmoid", sigmoidTable()),
    },
  );
}
