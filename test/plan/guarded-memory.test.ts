/** The guards that random cases of operators run with do stop what they should. */
import { expect, test } from "vitest";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { perTensor, singleOpGraph } from "../support/graph-builder.js";
import { guarded } from "../support/guarded-memory.js";

const tensor = { shape: [2], dtype: "int8", quantization: perTensor(0.5, 0) } as const;
const constant = { ...tensor, values: [1, 2] };
const planned = plan(singleOpGraph("MAXIMUM", {}, [tensor, constant], [tensor]));
const { memory } = instantiate(planned);
const { int8, weights8 } = guarded(memory, planned);
const [input, output] = [planned.inputs[0].offset, planned.outputs[0].offset];

test("what an operator reads and writes is let through", () => {
  expect([int8[input], int8[input + 1], weights8[1]]).toEqual([0, 0, 2]);
  int8[output] = 7;
  int8.copyWithin(output, input, input + 1);
  int8.fill(9, output, output + 2);
  expect([memory.int8[output], memory.int8[output + 1]]).toEqual([9, 9]);
});

test.each<[string, () => unknown]>([
  ["a read beyond a tensor", () => int8[input + 2]],
  ["a read before the arena", () => int8[-1]],
  ["a read at no index", () => int8[Number.NaN]],
  ["a read between two elements", () => int8[input + 0.5]],
  ["a read of padding between constants", () => weights8[2]],
  ["a write to an input", () => int8.fill(0, input, input + 1)],
  ["a copy beyond the output", () => int8.copyWithin(output, input, input + 3)],
  [
    "a write to a constant",
    () => {
      weights8[0] = 1;
    },
  ],
  [
    "a write of NaN",
    () => {
      int8[output] = Number.NaN;
    },
  ],
])("%s is stopped", (_, access) => {
  expect(access).toThrow(/out of reach|is written/);
});
