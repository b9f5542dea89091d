/** Operators on two operands that broadcast. */
import { reshape, type Tensor } from "@tensorflow/tfjs-core";
import type { OpKind } from "../../../../graph/op.js";
import type { Node } from "../../../../ops/node.js";
import type { DifferentiableOperator } from "../operator.js";

export function binary(kind: OpKind, compute: (a: Tensor, b: Tensor) => Tensor): DifferentiableOperator {
  return {
    kind,
    prepare(node) {
      const rank = node.output().shape.length;
      return ([a, b], samples) => [
        compute(aligned(node, 0, a!, rank, samples), aligned(node, 1, b!, rank, samples)),
      ];
    },
  };
}

/** A computed operand with as many dimensions as the output, so that samples stand first where dimensions are lined up from the last. */
function aligned(node: Node, position: number, x: Tensor, rank: number, samples: number): Tensor {
  const { shape, data } = node.input(position);
  if (data || shape.length === rank) return x;
  return reshape(x, [samples, ...new Array<number>(rank - shape.length).fill(1), ...shape.slice(1)]);
}
