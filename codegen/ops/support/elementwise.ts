/** Operators over two operands that broadcast: ADD, SUB, MUL, MAXIMUM, MINIMUM. */
import { elements } from "../../graph/graph.js";
import type { Node } from "../node.js";
import { type Operator, operand, type Shape, tensor } from "../operator.js";
import { ACTIVATION_TYPES_TEXT, activationBytes, checkActivations } from "./activations.js";
import { broadcastStrides, fuse } from "./loops.js";
import { cut } from "./tiles.js";

/** What these operators have in common. */
export const elementwise = {
  inputs: [2, 2],
  outputs: [1, 1],
  types: ACTIVATION_TYPES_TEXT,
  infer: (node: Node) => [broadcast(node)],
} as const satisfies Partial<Operator<unknown>>;

/** Refuses types and zero points that TFLM's kernels do not take, and shapes that do not broadcast. */
export function checkElementwise(node: Node): void {
  checkActivations(node, { "input 0": node.input(0), "input 1": node.input(1) });
  broadcast(node);
}

/** The scales and zero points of both inputs and the output. */
export function elementwiseQuantization(node: Node) {
  return {
    input1: node.perTensor(node.input(0), "input 0"),
    input2: node.perTensor(node.input(1), "input 1"),
    output: node.perTensor(node.output(), "the output"),
  };
}

/**
 * The constants of the walk over both operands, named as kernels name them, and how it is cut into steps.
 *
 * @param workPerElement what an element costs, in iterations of a multiply-accumulate
 */
export function elementwiseWalk(node: Node, workPerElement: number) {
  const shape = node.output().shape;
  const [strides1, strides2] = [0, 1].map((i) => broadcastStrides(extend(node.input(i).shape, shape.length)));
  const [row, ...rows] = fuse(shape.map((size, i) => ({ size, strides: [strides1[i], strides2[i]] })));
  const count = elements(shape);
  const { perTile, tiles, work } = cut(count, workPerElement);
  const bytes = activationBytes(node);
  return {
    steps: { tiles, work },
    constants: {
      input1: operand(node.inputId(0), bytes),
      input2: operand(node.inputId(1), bytes),
      output: tensor(node.outputId(), bytes),
      elements: count,
      elementsPerTile: perTile,
      width: row?.size ?? 1,
      step1: row?.strides[0] ?? 0,
      step2: row?.strides[1] ?? 0,
      sizes: rows.map(({ size }) => size),
      strides1: rows.map(({ strides }) => strides[0]),
      strides2: rows.map(({ strides }) => strides[1]),
    },
  };
}

/** The shape that both inputs broadcast to, as numpy has it. */
function broadcast(node: Node): Shape {
  const shapes = [node.input(0).shape, node.input(1).shape];
  const rank = Math.max(...shapes.map(({ length }) => length));
  const [a, b] = shapes.map((shape) => extend(shape, rank));
  return a.map((size, i) => {
    if (size !== b[i] && size !== 1 && b[i] !== 1)
      node.refuse("shape", {
        why: `[${shapes[0].join(", ")}] and [${shapes[1].join(", ")}] do not broadcast`,
      });
    return Math.max(size, b[i]);
  });
}

/** A shape with ones in front, up to `rank` dimensions. */
function extend(shape: Shape, rank: number): Shape {
  return [...new Array<number>(rank - shape.length).fill(1), ...shape];
}
