/** Random rows of int16 for SOFTMAX. */
import fc from "fast-check";
import { softmax16 } from "../reference/softmax16.js";
import { factor, filling, int16Output, int16Tensor, size } from "./arbitraries.js";
import type { Experiment } from "./operator-check.js";

/** Scales from those of logits, a few units wide, to those that leave the table of exponentials and the multiplier. */
const cases = fc.record({
  shape: fc.tuple(size(3), size(3), fc.oneof({ weight: 6, arbitrary: size(20) }, size(300))),
  rank: fc.constantFrom(1, 2, 3),
  scale: fc.oneof({ weight: 4, arbitrary: factor(-16, -10) }, { weight: 1, arbitrary: factor(-44, 3) }),
  beta: fc.oneof(fc.constant(1), factor(-3, 3), fc.constant(0)),
  fill: filling,
});

export const softmaxes: fc.Arbitrary<Experiment<"SOFTMAX">> = cases.map(
  ({ shape, rank, scale, beta, fill }) => {
    const input = int16Tensor(shape.slice(-rank), scale, fill);
    return {
      kind: "SOFTMAX",
      attributes: { beta },
      inputs: [input],
      outputs: [int16Output(softmax16({ beta }, input), 2 ** -15)],
    };
  },
);
