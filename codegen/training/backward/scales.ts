import type { BackwardContext } from "./backward.js";

/** Bits of a sum that gradients of inputs are, without its sign. */
const SUM_BITS = 30;

/**
 * Weight scales as steps of input gradients read them: in Q15 of a power of two that all of them are below.
 *
 * @param summed products that a gradient is the sum of, at most
 */
export function weightScales({ node, words }: BackwardContext, channels: number, summed: number) {
  const { scales } = node.quantization(node.input(1), "the weights");
  const scaleExponent = Math.ceil(Math.log2(Math.max(...scales)));
  const parts = Array.from({ length: channels }, (_, channel) =>
    Math.min(2 ** 15 - 1, Math.round((scales[channel] ?? scales[0]) * 2 ** (15 - scaleExponent))),
  );
  return {
    scales: words(`${node.op.name}: weight scales`, parts),
    scaleExponent,
    shift: Math.max(0, Math.ceil(Math.log2(128 * summed)) + 15 - SUM_BITS),
  };
}
