/** Operators on two operands that broadcast. */
import type { Activation } from "../../arithmetic/activation.js";
import type { OpKind } from "../../graph/op.js";
import type { Shape } from "../../ops/operator.js";
import { broadcastStrides, fuse, type Loop } from "../../ops/support/loops.js";
import type { FloatOperator } from "../operator.js";
import { activate } from "./activation.js";
import { requireFloat32 } from "./checks.js";

/** An operator that is one function of two elements, with a fused activation where the operator has one. */
export function binary(
  kind: OpKind,
  compute: (a: number, b: number) => number,
): FloatOperator<{ readonly activation?: Activation }> {
  return {
    kind,
    check: requireFloat32,
    run(node, [a, b]) {
      const loops = walk(node.output().shape, node.input(0).shape, node.input(1).shape);
      return [activate(broadcast(loops, compute, a!, b!), node.attributes.activation ?? "NONE")];
    },
  };
}

/** The loops over both operands, innermost first, that visit their elements in the order of the output's. */
function walk(shape: Shape, a: Shape, b: Shape): readonly Loop[] {
  const [strides1, strides2] = [a, b].map((operand) => {
    const missing = shape.length - operand.length;
    return broadcastStrides([...new Array<number>(missing).fill(1), ...operand]);
  });
  return fuse(shape.map((size, axis) => ({ size, strides: [strides1[axis], strides2[axis]] })));
}

function broadcast(
  [row = { size: 1, strides: [0, 0] }, ...outer]: readonly Loop[],
  compute: (a: number, b: number) => number,
  a: Float32Array,
  b: Float32Array,
): Float32Array {
  const output = new Float32Array(outer.reduce((product, { size }) => product * size, row.size));
  const [step1, step2] = row.strides;
  let at = 0;
  const visit = (depth: number, i: number, j: number): void => {
    if (depth < 0) {
      for (let n = 0; n < row.size; n++) output[at++] = compute(a[i + n * step1], b[j + n * step2]);
      return;
    }
    const { size, strides } = outer[depth];
    for (let n = 0; n < size; n++) visit(depth - 1, i + n * strides[0], j + n * strides[1]);
  };
  visit(outer.length - 1, 0, 0);
  return output;
}
