/** Windows that kernels could not walk over. */
import { expect, test } from "vitest";
import { validate } from "../../codegen/graph/validate.js";
import { perTensor, singleOpGraph } from "../support/graph-builder.js";

const int8 = (shape: readonly number[]) =>
  ({ shape, dtype: "int8", quantization: perTensor(0.5, 0) }) as const;

/** What is wrong with a depthwise convolution of two taps a side, so far apart. */
function refused(dilationHeight: number, dilationWidth: number): string[] {
  const attributes = {
    padding: "SAME",
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight,
    dilationWidth,
    depthMultiplier: 1,
    activation: "NONE",
  } as const;
  const image = int8([1, 4, 4, 2]);
  const weights = { ...int8([1, 2, 2, 2]), values: Array(8).fill(1) };
  const graph = singleOpGraph("DEPTHWISE_CONV_2D", attributes, [image, weights, null], [image]);
  return validate(graph).map(({ code }) => code);
}

test("a dilated filter that spans more elements than int32 counts is refused", () => {
  expect(refused(2 ** 27 - 1, 2 ** 29 - 1)).toEqual([]);
  expect(refused(2 ** 27, 1)).toEqual(["shape"]);
  expect(refused(1, 2 ** 29)).toEqual(["shape"]);
});
