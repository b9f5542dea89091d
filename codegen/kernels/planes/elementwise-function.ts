/** RELU, RELU6, LEAKY_RELU and clamps of one channel in planes: a factor, and a clamp, for each straight piece. */

import { type LeakyReluAttributes, leakyRelu } from "../../ops/leaky-relu.js";
import type { Node } from "../../ops/node.js";
import type { KernelLowering, Operator, Placed } from "../../ops/operator.js";
import { relu } from "../../ops/relu.js";
import { relu6 } from "../../ops/relu6.js";
import { type DigitScaling, fitDigits } from "./elementwise-digits.js";
import type { PlaneTensor } from "./tensor.js";

type Values = Pick<PlaneTensor, "least" | "most">;

/** A function whose value is the sum of one or two of these: straight lines that are rounded and clamped. */
export type FunctionScaling = readonly [first: DigitScaling, second: DigitScaling | undefined];

const OPERATORS: Readonly<Record<string, Operator<never>>> = {
  RELU: relu,
  RELU6: relu6,
  LEAKY_RELU: leakyRelu,
};

/**
 * How such a function is computed in lanes of some width; exact for all values.
 *
 * @param node a RELU, RELU6 or LEAKY_RELU
 * @param values of its input
 * @returns with the values of its output; undefined where nothing exact was found, or where it falls anywhere
 */
export function fitFunction(
  node: Node,
  { least, most }: Values,
  laneBits: number,
): (Values & { readonly scaling: FunctionScaling }) | undefined {
  const { table } = (OPERATORS[node.op.kind].lower(node as Node<never>) as KernelLowering).parameters;
  const { bytes } = table as Extract<Placed, { at: "constant" }>;
  const q = Int8Array.from({ length: most + 1 }, (_, v) => bytes[(least + v) & 255]);
  if (q.some((value, v) => value < q[v - 1])) return undefined;
  const input = node.perTensor(node.input(0), "the input");
  const output = node.op.kind === "RELU6" ? input : node.perTensor(node.output(), "the output"); // RELU6 does not rescale
  const factor = input.scale / output.scale;
  /** The function between two values, constant below and above, less its least value. */
  const piece = (from: number, to: number, first: number) => {
    const outputs = Uint8Array.from(q, (_, v) => q[Math.max(from, Math.min(to, v))] - q[from]);
    const offset = output.zeroPoint + first * (least - input.zeroPoint) - q[from];
    const table = { first: most + 1, second: 1, outputs, most: q[to] - q[from] };
    return fitDigits(table, { first, second: 0, offset }, laneBits);
  };
  const knee = Math.max(0, Math.min(most, input.zeroPoint - least));
  const { alpha } = node.attributes as LeakyReluAttributes;
  const pieces =
    node.op.kind === "LEAKY_RELU"
      ? [
          ...(knee > 0 ? [piece(0, knee, factor * alpha)] : []),
          ...(knee < most ? [piece(knee, most, factor)] : []),
        ]
      : [piece(0, most, factor)];
  const [first, second] = pieces;
  if (!first || (pieces.length > 1 && !second)) return undefined;
  return { least: q[0], most: q[most] - q[0], scaling: [first, second] };
}

/** How values are cut off at those of `to`, which lie among them; to be written by `digitSum`. */
export function fitClamp({ least, most }: Values, to: Values, laneBits: number): DigitScaling | undefined {
  const offset = least - to.least;
  const outputs = Uint8Array.from({ length: most + 1 }, (_, v) => Math.max(0, Math.min(to.most, v + offset)));
  const pairs = { first: most + 1, second: 1, outputs, most: to.most };
  return fitDigits(pairs, { first: 1, second: 0, offset }, laneBits);
}
