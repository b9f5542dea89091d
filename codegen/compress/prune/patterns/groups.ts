/** Weights that a kernel multiplies at once: it saves a product only where all of them are zero. */

import { elements } from "../../../graph/graph.js";
import type { Op } from "../../../graph/op.js";
import type { Form } from "../../../plan/forms.js";

/** Indexes of a layer's weights. */
export type WeightGroup = Int32Array;

/**
 * The groups of a layer's weights in a form of kernel; none in loops, which multiply by zeros like by anything else.
 *
 * - `planes`: a row of a kernel's taps over one input channel is one scalar of several words. Kernels of one column have scalars of
 *   one weight.
 * - `columns`: a column holds the weights of an input for all outputs; in depthwise layers a tap's for all channels.
 * - `unrolled`: each weight by itself.
 *
 * @param shape of the weights
 */
export function groupsOf(op: Op, shape: readonly number[], form: Form): WeightGroup[] {
  if (form === "rolled" || form === "codebook") return [];
  const length = elements(shape);
  const last = shape.at(-1)!;
  if (form === "planes" && shape.length === 4)
    // Taps of a row are `last` elements apart, and rows follow each other.
    return grouped(length, (i) => Math.floor(i / (shape[2] * last)) * last + (i % last));
  if (form !== "columns") return grouped(length, (i) => i);
  const inputs = length / shape[0];
  return op.kind === "DEPTHWISE_CONV_2D"
    ? grouped(length, (i) => Math.floor(i / last))
    : grouped(length, (i) => i % inputs);
}

function grouped(length: number, groupOf: (index: number) => number): WeightGroup[] {
  const groups: number[][] = [];
  for (let i = 0; i < length; i++) {
    const group = groupOf(i);
    groups[group] ??= [];
    groups[group].push(i);
  }
  return groups.map((group) => Int32Array.from(group));
}
