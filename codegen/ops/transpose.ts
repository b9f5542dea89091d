import { type CopyBlocksLayer, copyBlocks } from "../../runtime/copy-blocks.js";
import { FLOAT8_TYPES } from "../arithmetic/float8.js";
import type { Node } from "./node.js";
import { kernel, type NoAttributes, type Operator, tensor } from "./operator.js";
import { blocks } from "./support/blocks.js";
import { checkRank, checkTypes, integersOf } from "./support/copy.js";
import { strides } from "./support/loops.js";

const TYPES = ["int8", "int16", "float32", ...FLOAT8_TYPES] as const;

/** The axes in another order (reference/transpose.h). */
export const transpose: Operator<NoAttributes> = {
  kind: "TRANSPOSE",
  inputs: [2, 2],
  outputs: [1, 1],
  types: TYPES.join(", "),
  restrictions: "constant permutation; up to 5 dimensions",
  checked: "golden models, reference",

  check(node) {
    checkTypes(node, node.input(0), TYPES);
    checkRank(node, node.input(0), 5);
    const order = permutation(node);
    if (order.some((_, axis) => !order.includes(axis)))
      node.refuse("attribute", {
        attribute: "the permutation",
        value: `[${order.join(", ")}]`,
        supported: `each of 0 to ${order.length - 1} once`,
      });
  },

  infer: (node) => [permutation(node).map((axis) => node.input(0).shape[axis])],

  lower(node) {
    const { shape, dtype } = node.input(0);
    const output = node.output().shape;
    const [from, to] = [strides(shape), strides(output)];
    const axes = permutation(node).map((axis, i) => ({ size: shape[axis], from: from[axis], to: to[i] }));
    const { steps, constants } = blocks(axes, dtype);
    return kernel<CopyBlocksLayer>(
      { module: "copy-blocks", kernel: copyBlocks, layerType: "CopyBlocksLayer", ...steps },
      { from: tensor(node.inputId(0)), to: tensor(node.outputId()), ...constants },
    );
  },
};

/** Which axis of the input each axis of the output is. */
function permutation(node: Node): number[] {
  return integersOf(node, 1, "the permutation", node.input(0).shape.length);
}
