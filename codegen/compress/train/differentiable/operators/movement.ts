/** Operators that move values and compute nothing. */
import { reshape } from "@tensorflow/tfjs-core";
import { movements as floatMovements } from "../../../../float/operators/movement.js";
import type { OpKind } from "../../../../graph/op.js";
import { moved } from "../../backend/moved.js";
import type { DifferentiableOperator } from "../operator.js";
import { isCopy, movesOf } from "../support/moves.js";

function movement(kind: OpKind): DifferentiableOperator {
  const fixed = kind === "PADV2" ? [2] : [];
  return {
    kind,
    fixed,
    prepare(node) {
      const { positions, outputs } = movesOf(node, fixed);
      return (inputs, samples) => {
        const sources = positions.map((i) => inputs[i]!);
        return outputs.map((moves) =>
          isCopy(moves) ? reshape(sources[0], [samples, ...moves.shape]) : moved(sources, moves, samples),
        );
      };
    },
  };
}

export const movements = floatMovements.map(({ kind }) => movement(kind));
