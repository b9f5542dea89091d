import { FLOAT8_TYPES } from "../arithmetic/float8.js";
import type { Node } from "./node.js";
import type { Operator } from "./operator.js";
import { checkRank, checkTypes, integersOf } from "./support/copy.js";
import { copySlice, type Range } from "./support/slices.js";

export interface StridedSliceAttributes {
  /** Bit i speaks of entry i of begin, end and strides. */
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
  /** End is relative to begin. */
  readonly offset: boolean;
}

const TYPES = ["int8", "int16", "int32", "float32", "bool", ...FLOAT8_TYPES] as const;

/** TFLM's kernel takes no notice of these, and so gives something else than what the model means. */
const ABSENT = ["ellipsisMask", "newAxisMask", "offset"] as const;

/** Indexes at even distances along each axis, which masks can leave open or drop (reference/strided_slice.h). */
export const stridedSlice: Operator<StridedSliceAttributes> = {
  kind: "STRIDED_SLICE",
  inputs: [4, 4],
  outputs: [1, 1],
  types: TYPES.join(", "),
  restrictions: "constant begin, end and strides; up to 4 dimensions; no ellipsis, new axis or offset",
  checked: "golden models, reference",

  check(node) {
    for (const attribute of ABSENT) {
      const value = node.attributes[attribute];
      if (value)
        node.refuse("attribute", {
          attribute,
          value: `${value}`,
          supported: `${typeof value === "number" ? 0 : false}`,
        });
    }
    const { shape } = node.input(0);
    checkTypes(node, node.input(0), TYPES);
    checkRank(node, node.input(0), 4);
    for (const [axis, { begin, step, size }] of ranges(node).entries()) {
      const shrunk = shrinks(node, axis);
      if (step === 0 || (shrunk && step < 0))
        node.refuse("attribute", {
          attribute: `the stride along axis ${axis}`,
          value: `${step}`,
          supported: shrunk ? "1 and above, where the axis is dropped" : "other than 0",
        });
      if (size < 1 || begin >= shape[axis])
        node.refuse("shape", { why: `the slice takes nothing from axis ${axis} of ${shape[axis]}` });
    }
  },

  infer: (node) => [
    ranges(node)
      .filter((_, axis) => !shrinks(node, axis))
      .map(({ size }) => size),
  ],

  lower: (node) => copySlice(node, ranges(node)),
};

function shrinks({ attributes }: Node<StridedSliceAttributes>, axis: number): boolean {
  return has(attributes.shrinkAxisMask, axis);
}

function has(mask: number, bit: number): boolean {
  return (mask & (1 << bit)) !== 0;
}

/**
 * The range of each axis by TFLite's rules (kernels/internal/strided_slice_logic.h): indexes below zero count from the
 * end, then begin and end are clamped to where the stride can go; a mask bit replaces one by the end of the axis at which
 * the stride starts or stops; an axis that is dropped gives the one element at begin.
 */
export function ranges(node: Node<StridedSliceAttributes>): Range[] {
  const { beginMask, endMask } = node.attributes;
  const { shape } = node.input(0);
  const begins = integersOf(node, 1, "begin", shape.length);
  const ends = integersOf(node, 2, "end", shape.length);
  const steps = integersOf(node, 3, "strides", shape.length);
  return shape.map((length, axis) => {
    const step = steps[axis];
    const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
    const clamp = (index: number) => Math.min(high, Math.max(low, index < 0 ? index + length : index));
    const [first, last] = step > 0 ? [low, high] : [high, low];
    const begin = has(beginMask, axis) ? first : clamp(begins[axis]);
    if (shrinks(node, axis)) return { begin, step, size: 1 };
    const end = has(endMask, axis) ? last : clamp(ends[axis]);
    return { begin, step, size: Math.max(0, Math.ceil((end - begin) / step)) };
  });
}
