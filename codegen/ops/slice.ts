import { FLOAT8_TYPES } from "../arithmetic/float8.js";
import type { Node } from "./node.js";
import type { NoAttributes, Operator } from "./operator.js";
import { checkRank, checkTypes, integersOf } from "./support/copy.js";
import { copySlice, type Range } from "./support/slices.js";

const TYPES = ["int8", "int16", "int32", "float32", "bool", ...FLOAT8_TYPES] as const;

/** One range of indexes along each axis (reference/slice.h). */
export const slice: Operator<NoAttributes> = {
  kind: "SLICE",
  inputs: [3, 3],
  outputs: [1, 1],
  types: TYPES.join(", "),
  restrictions: "constant begin and size; up to 5 dimensions",
  checked: "reference",

  check(node) {
    checkTypes(node, node.input(0), TYPES);
    checkRank(node, node.input(0), 5);
    const { shape } = node.input(0);
    for (const [axis, { begin, size }] of ranges(node).entries()) {
      if (begin < 0 || size < 1 || begin + size > shape[axis])
        node.refuse("shape", {
          why: `a slice of ${size} from ${begin} on leaves axis ${axis} of ${shape[axis]}`,
        });
    }
  },

  infer: (node) => [ranges(node).map(({ size }) => size)],

  lower: (node) => copySlice(node, ranges(node)),
};

/** The range of each axis; size −1 reaches to its end. */
function ranges(node: Node): Range[] {
  const { shape } = node.input(0);
  const begins = integersOf(node, 1, "begin", shape.length);
  const sizes = integersOf(node, 2, "size", shape.length);
  return begins.map((begin, axis) => ({
    begin,
    step: 1,
    size: sizes[axis] === -1 ? shape[axis] - begin : sizes[axis],
  }));
}
