/** RELU, RELU6 and clamps of one channel in planes: a factor, and a clamp. */
import type { Node } from "../../ops/node.js";
import type { KernelLowering, Operator, Placed } from "../../ops/operator.js";
import { relu } from "../../ops/relu.js";
import { relu6 } from "../../ops/relu6.js";
import { type DigitScaling, fitDigits } from "./elementwise-digits.js";
import type { PlaneTensor } from "./tensor.js";

type Values = Pick<PlaneTensor, "least" | "most">;

const OPERATORS: Readonly<Record<string, Operator<never>>> = { RELU: relu, RELU6: relu6 };

/**
 * How such a function is computed in lanes of some width, to be written by `digitSum`; exact for all values.
 *
 * @param node a RELU or RELU6
 * @param values of its input
 * @returns with the values of its output; undefined where nothing exact was found
 */
export function fitFunction(
  node: Node,
  { least, most }: Values,
  laneBits: number,
): (Values & { readonly scaling: DigitScaling }) | undefined {
  const { table } = (OPERATORS[node.op.kind].lower(node as Node<never>) as KernelLowering).parameters;
  const { bytes } = table as Extract<Placed, { at: "constant" }>;
  const q = Int8Array.from({ length: most + 1 }, (_, v) => bytes[(least + v) & 255]);
  const range = { least: Math.min(...q), most: Math.max(...q) - Math.min(...q) };
  const outputs = Uint8Array.from(q, (value) => value - range.least);
  const input = node.perTensor(node.input(0), "the input");
  const output = node.op.kind === "RELU" ? node.perTensor(node.output(), "the output") : input; // RELU6 does not rescale
  const first = input.scale / output.scale;
  const offset = output.zeroPoint + first * (least - input.zeroPoint) - range.least;
  const pairs = { first: most + 1, second: 1, outputs, most: range.most };
  const scaling = fitDigits(pairs, { first, second: 0, offset }, laneBits);
  return scaling && { ...range, scaling };
}

/** How values are cut off at those of `to`, which lie among them; to be written by `digitSum`. */
export function fitClamp({ least, most }: Values, to: Values, laneBits: number): DigitScaling | undefined {
  const offset = least - to.least;
  const outputs = Uint8Array.from({ length: most + 1 }, (_, v) => Math.max(0, Math.min(to.most, v + offset)));
  const pairs = { first: most + 1, second: 1, outputs, most: to.most };
  return fitDigits(pairs, { first: 1, second: 0, offset }, laneBits);
}
