import * as tf from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { registerFilterGradients } from "../../models/support/filter-gradients.js";

const X = tf.randomNormal<tf.Rank.R4>([2, 7, 6, 3], 0, 1, "float32", 1);

/** Gradients of some function of each convolution by its filter. */
function gradients(): number[][] {
  return (["same", "valid"] as const).flatMap((pad) =>
    [1, 2].flatMap((stride) => {
      const whole = tf.grad((w) =>
        tf
          .conv2d(X, w as tf.Tensor4D, stride, pad)
          .square()
          .sum(),
      );
      const depthwise = tf.grad((w) =>
        tf
          .depthwiseConv2d(X, w as tf.Tensor4D, stride, pad)
          .square()
          .sum(),
      );
      return [
        Array.from(whole(tf.randomNormal<tf.Rank.R4>([3, 2, 3, 5], 0, 1, "float32", 2)).dataSync()),
        Array.from(depthwise(tf.randomNormal<tf.Rank.R4>([3, 2, 3, 1], 0, 1, "float32", 3)).dataSync()),
      ];
    }),
  );
}

/** The functions that compute them. */
function kernels() {
  return ["Conv2DBackpropFilter", "DepthwiseConv2dNativeBackpropFilter"].map(
    (name) => tf.getKernel(name, "cpu").kernelFunc,
  );
}

it("gives the gradients of TensorFlow.js", async () => {
  await tf.setBackend("cpu");
  const expected = gradients();
  const own = kernels();
  registerFilterGradients();
  for (const [i, kernel] of kernels().entries()) expect(kernel).not.toBe(own[i]);
  const found = gradients();
  for (const [i, values] of found.entries())
    for (const [j, value] of values.entries())
      expect(Math.abs(value - expected[i][j])).toBeLessThan(1e-4 * (1 + Math.abs(expected[i][j])));
});
