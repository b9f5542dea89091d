import type { Activation } from "../arithmetic/activation.js";
import { FLOAT8, FLOAT8_TYPES } from "../arithmetic/float8.js";
import type { Tensor } from "../graph/graph.js";
import type { Node } from "./node.js";
import type { Operator } from "./operator.js";
import { axisOf } from "./support/axis.js";
import { checkTypes } from "./support/copy.js";
import { join } from "./support/parts.js";

export interface ConcatenationAttributes {
  readonly axis: number;
  readonly activation: Activation;
}

const TYPES = ["int8", "int16", "int32", "int64", "float32", "bool", ...FLOAT8_TYPES] as const;

/** What TFLM's kernel has room for. */
const MAX_INPUTS = 10;

/** Inputs side by side along an axis; none is rescaled (reference/concatenation.h). */
export const concatenation: Operator<ConcatenationAttributes> = {
  kind: "CONCATENATION",
  inputs: [1, Number.POSITIVE_INFINITY],
  outputs: [1, 1],
  types: TYPES.join(", "),
  restrictions: `up to ${MAX_INPUTS} inputs of the output's scale and zero point; no activation`,
  checked: "golden models, reference",

  check(node) {
    const { activation } = node.attributes;
    if (activation !== "NONE")
      node.refuse("attribute", { attribute: "the activation", value: activation, supported: "NONE" });
    const parts = inputs(node);
    if (parts.length > MAX_INPUTS)
      node.refuse("attribute", {
        attribute: "the number of inputs",
        value: `${parts.length}`,
        supported: `1 to ${MAX_INPUTS}`,
      });
    const [first, ...others] = parts;
    const axis = axisOf(node, node.attributes.axis, first.shape.length);
    for (const [i, part] of parts.entries()) {
      checkTypes(node, part, TYPES);
      if (part.dtype === "int8" || part.dtype in FLOAT8)
        node.requireSameQuantization(part, `input ${i}`, node.output(), "the output");
      if (part.dtype === "int16") node.requireZeroPoint(part, `input ${i}`);
    }
    for (const { shape } of others) {
      if (
        shape.length !== first.shape.length ||
        shape.some((size, i) => i !== axis && size !== first.shape[i])
      )
        node.refuse("shape", {
          why: `[${shape.join(", ")}] cannot join [${first.shape.join(", ")}] along axis ${axis}`,
        });
    }
  },

  infer(node) {
    const { shape } = node.input(0);
    const axis = axisOf(node, node.attributes.axis, shape.length);
    return [
      shape.with(
        axis,
        widths(node, axis).reduce((sum, width) => sum + width, 0),
      ),
    ];
  },

  lower(node) {
    const axis = axisOf(node, node.attributes.axis, node.input(0).shape.length);
    return join(node, axis, widths(node, axis));
  },
};

function inputs(node: Node): Tensor[] {
  return node.op.inputs.map((_, i) => node.input(i));
}

function widths(node: Node, axis: number): number[] {
  return inputs(node).map(({ shape }) => shape[axis]);
}
