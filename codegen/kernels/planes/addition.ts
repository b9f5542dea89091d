/** ADD and SUB of two tensors in planes of one geometry. */
import type { AddLayer } from "../../../runtime/add.js";
import type { Memory } from "../../../runtime/layer.js";
import type { Activated } from "../../arithmetic/activation.js";
import { add } from "../../ops/add.js";
import type { Node } from "../../ops/node.js";
import { sub } from "../../ops/sub.js";
import { type DigitScaling, digitSum, fitDigits } from "./elementwise-digits.js";
import type { PairTable, RealSum } from "./elementwise-scaling.js";
import { type Geometry, positions } from "./geometry.js";
import type { Program, Vector } from "./program.js";
import type { PlaneTensor } from "./tensor.js";

export type AdditionScaling = DigitScaling;

type Values = Pick<PlaneTensor, "least" | "most">;

/**
 * How a sum is computed in lanes of some width; exact for all pairs of values.
 *
 * @param node an ADD or SUB
 * @param first and `second`: the values of its inputs
 * @returns undefined where nothing exact was found
 */
export function fitAddition(
  node: Node,
  first: Values,
  second: Values,
  laneBits: number,
): AdditionScaling | undefined {
  const layer = layerOf(node);
  return fitDigits(tableOf(layer, first, second), realSum(layer, first, second), laneBits);
}

/** The constants of the rolled kernel. */
function layerOf(node: Node): AddLayer {
  const operator = node.op.kind === "SUB" ? sub : add;
  const { parameters, kernel } = operator.lower(node as Node<Activated>) as Extract<
    ReturnType<typeof add.lower>,
    { form: "kernel" }
  >;
  return { name: node.op.name, tiles: 1, kernel, ...parameters } as unknown as AddLayer;
}

/** What the rolled kernel makes of all pairs. */
function tableOf(layer: AddLayer, first: Values, second: Values): PairTable {
  const [rows, width] = [first.most + 1, second.most + 1];
  const elements = rows * width;
  const int8 = new Int8Array(rows + width + elements);
  for (let v = 0; v < rows; v++) int8[v] = first.least + v;
  for (let v = 0; v < width; v++) int8[rows + v] = second.least + v;
  const walk = { elements, elementsPerTile: elements, width, step1: 0, step2: 1 };
  const loops = { sizes: [rows], strides1: [1], strides2: [0] };
  const places = { input1: 0, input2: rows, output: rows + width };
  layer.kernel({ int8 } as Memory, { ...layer, ...walk, ...loops, ...places } as AddLayer, 0);
  const outputs = Uint8Array.from(int8.subarray(rows + width), (q) => q - layer.min);
  return { first: rows, second: width, outputs, most: layer.max - layer.min };
}

function realSum(layer: AddLayer, first: Values, second: Values): RealSum {
  const output = layer.outputMultiplier * 2 ** (20 - 31 - layer.outputShift);
  const a = layer.multiplier1 * 2 ** (-31 - layer.shift1) * output;
  const b = layer.multiplier2 * 2 ** (-31 - layer.shift2) * output * (layer.subtract ? -1 : 1);
  const offset =
    layer.outputZeroPoint -
    layer.min +
    a * (first.least + layer.offset1) +
    b * (second.least + layer.offset2);
  return { first: a, second: b, offset };
}

/**
 * The lanes of a plane of bytes, each the output less its least value; all other lanes are 0. Statements leave what is to
 * be clamped in the variable `y`.
 *
 * @param a and `b`: planes of bytes, as variables; lanes between positions are 0
 */
export function added(
  program: Program,
  geometry: Geometry,
  scaling: AdditionScaling,
  a: Vector,
  b: Vector,
  statements?: string[],
): Vector {
  return digitSum(program, geometry, scaling, [a, b], positions(geometry), statements);
}
