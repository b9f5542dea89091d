/** Gradients of TensorFlow.js's convolutions as we register them, against those of its CPU backend. */
import * as tf from "@tensorflow/tfjs";
import { beforeAll, it } from "vitest";
import { useWasm } from "../../../../codegen/compress/train/backend/wasm.js";
import { expectAlike, numbers, on } from "./both.js";

beforeAll(useWasm);

const cases = [1, 2].flatMap((stride) =>
  (["same", "valid"] as const).flatMap((pad) => [7, 8].map((size) => ({ stride, pad, size }))),
);

it.each(cases)("a depthwise convolution, $pad, stride $stride, of $size", async ({ stride, pad, size }) => {
  for (const multiplier of [1, 2]) {
    const gradients = () =>
      tf.grads((x, w) =>
        tf.sum(tf.square(tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad))),
      )([numbers([2, size, 6, 3], 1), numbers([3, 3, 3, multiplier], 2)]);
    expectAlike(await on("wasm", gradients), await on("cpu", gradients));
  }
});

it.each(cases)("a convolution, $pad, stride $stride, of $size", async ({ stride, pad, size }) => {
  for (const kernel of [1, 3, 5]) {
    const gradients = () =>
      tf.grads((x, w) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad))))([
        numbers([2, size, 6, 3], 1),
        numbers([kernel, kernel, 3, 4], 2),
      ]);
    expectAlike(await on("wasm", gradients), await on("cpu", gradients));
  }
});
