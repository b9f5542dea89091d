/** Operators over elements: what is kept with channels last stays so. */
import type { TensorId } from "../../../graph/graph.js";
import type { AttributesOf, OpKind } from "../../../graph/op.js";
import { constantOf, numbers } from "../constant.js";
import { arrange } from "../layout.js";
import type { OnnxNode } from "../node.js";
import type { Translator } from "../translator.js";
import type { Value } from "../value.js";

/** Operators of the graph over two operands that broadcast. */
type Binary = "ADD" | "SUB" | "MUL" | "DIV" | "MAXIMUM" | "MINIMUM";

/** Applies an operator to a value; what it makes has the same shape and layout. */
export function unary<K extends OpKind>(
  node: OnnxNode,
  value: Value,
  kind: K,
  attributes: AttributesOf<K>,
  step?: string,
): Value {
  const layout = node.commonLayout([value]);
  const tensor = node.tensor(node.stored(value), layout);
  const { shape } = node.builder.tensors[tensor];
  // In int8, TFLM's RELU6 does not rescale.
  const id =
    kind === "RELU6"
      ? node.move(kind, attributes, [tensor], shape, step)
      : node.compute(kind, attributes, [tensor], shape, step);
  return node.result(id, value.shape, layout);
}

/** Applies an operator to two values, of which one may be constant. */
export function binary(node: OnnxNode, kind: Binary, a: Value, b: Value, step?: string): Value {
  const shape = broadcast(node, a.shape, b.shape);
  const layout = node.commonLayout([a, b]);
  const operands: [TensorId, TensorId] = [node.operand(a, layout), node.operand(b, layout)];
  const to = arrange(layout, shape, 1);
  const id =
    kind === "MAXIMUM" || kind === "MINIMUM"
      ? node.compute(kind, {}, operands, to, step)
      : node.compute(kind, { activation: step ? "NONE" : node.activation }, operands, to, step);
  return node.result(id, shape, layout);
}

/** A number as an operand. */
export function scalar(value: number): Value {
  return { shape: [], constant: constantOf([value], "float32", []) };
}

/** Each element by an operator without attributes. */
export function elementwise(kind: "LOGISTIC" | "RELU" | "HARD_SWISH", since?: number): Translator {
  return {
    layout: "kept",
    ...(since !== undefined && { since }),
    translate: (node) => unary(node, node.input(0), kind, {}),
  };
}

/** Two operands. */
export function operands(kind: Binary): Translator {
  return {
    layout: "kept",
    fuses: true,
    operands: 2,
    translate: (node) => binary(node, kind, node.input(0), node.input(1)),
  };
}

/** A product; x times its hard sigmoid is how HardSwish is written where ONNX has none yet. */
export const mul: Translator = {
  ...operands("MUL"),

  translate(node) {
    const [a, b] = [node.input(0), node.input(1)];
    const isSwish = !node.target && (a.hardSigmoidOf === b || b.hardSigmoidOf === a);
    if (isSwish) return unary(node, a.hardSigmoidOf === b ? b : a, "HARD_SWISH", {});
    return binary(node, "MUL", a, b);
  },
};

/** Any number of operands, two at a time. */
export function variadic(kind: "ADD" | "MAXIMUM" | "MINIMUM"): Translator {
  return {
    layout: "kept",
    operands: Number.POSITIVE_INFINITY,
    translate(node) {
      const values = node.inputs.map((_, i) => node.input(i));
      if (values.length < 2) return node.input(0);
      if (node.target && values.length > 2)
        node.refuse("onnx-quantization", { why: "more than two operands are added in int8" });
      const last = values.length - 1;
      return values
        .slice(1)
        .reduce<Value>(
          (sum, value, i) => binary(node, kind, sum, value, i + 1 < last ? `${i + 1}` : undefined),
          values[0],
        );
    },
  };
}

export const leakyRelu: Translator = {
  layout: "kept",
  translate: (node) =>
    unary(node, node.input(0), "LEAKY_RELU", { alpha: node.attributes.float("alpha", Math.fround(0.01)) }),
};

/** Bounds as attributes up to opset 10, and as inputs since; absent ones do not bound. */
export function clipBounds(node: OnnxNode): readonly [number, number] {
  if (node.opset < 11)
    return [
      node.attributes.float("min", Number.NEGATIVE_INFINITY),
      node.attributes.float("max", Number.POSITIVE_INFINITY),
    ];
  const bound = (position: number, role: string, absent: number) => {
    if (!node.inputs[position]) return absent;
    return Number(numbers(node.constant(position, role))[0] ?? Number.NaN);
  };
  return [bound(1, "min", Number.NEGATIVE_INFINITY), bound(2, "max", Number.POSITIVE_INFINITY)];
}

/** Beyond what float32 holds, as exporters write "no bound". */
const UNBOUNDED = 3.4e38;

export const clip: Translator = {
  layout: "kept",

  translate(node) {
    const [low, high] = clipBounds(node);
    const value = node.input(0);
    if (Number.isNaN(low) || Number.isNaN(high)) node.attributes.refuse("a bound", "NaN", "numbers");
    if (low === 0 && high === 6) return unary(node, value, "RELU6", {});
    if (low === 0 && high >= UNBOUNDED) return unary(node, value, "RELU", {});
    if (node.target)
      node.refuse("onnx-quantization", {
        why: `a clip to ${low} to ${high} in int8; 0 to 6 and 0 to ∞ are read`,
      });
    const atLeast =
      low > -UNBOUNDED
        ? binary(node, "MAXIMUM", value, scalar(low), high < UNBOUNDED ? "least" : undefined)
        : value;
    return high < UNBOUNDED ? binary(node, "MINIMUM", atLeast, scalar(high)) : atLeast;
  },
};

/** max(0, min(1, alpha · x + beta)). */
export const hardSigmoid: Translator = {
  layout: "kept",

  translate(node) {
    if (node.target) node.refuse("onnx-quantization", { why: "a HardSigmoid in int8" });
    const alpha = node.attributes.float("alpha", Math.fround(0.2));
    const beta = node.attributes.float("beta", 0.5);
    const scaled = binary(node, "MUL", node.input(0), scalar(alpha), "scaled");
    const moved = binary(node, "ADD", scaled, scalar(beta), "moved");
    const atLeast = binary(node, "MAXIMUM", moved, scalar(0), "least");
    const value = binary(node, "MINIMUM", atLeast, scalar(1));
    return alpha === Math.fround(1 / 6) && beta === 0.5 ? { ...value, hardSigmoidOf: node.input(0) } : value;
  },
};

/** The shape that two broadcast to, as numpy has it. */
function broadcast(node: OnnxNode, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[i + a.length - rank] ?? 1, b[i + b.length - rank] ?? 1];
    if (x !== y && x !== 1 && y !== 1)
      node.refuse("shape", { why: `[${a.join(", ")}] and [${b.join(", ")}] do not broadcast` });
    return Math.max(x, y);
  });
}
