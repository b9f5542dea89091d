import type * as tf from "@tensorflow/tfjs-core";
import { elementsOf, unfilled } from "./heap.js";
import { operation } from "./operation.js";

/** A function and its derivative, both of its argument. */
export interface Curve {
  value(x: number): number;
  slope(x: number): number;
}

/** A function of each element, computed in float64 and rounded once. */
export const elementwise = operation({
  name: "Elementwise",
  saved: ["x"],
  run({ x }: { readonly x: tf.Tensor }, { value }: Curve) {
    const output = unfilled(x.shape);
    const [values, results] = elementsOf(x, output);
    for (let i = 0; i < values.length; i++) results[i] = value(values[i]);
    return output;
  },
  gradients: (slope, { x }, it) => ({
    x() {
      const gradient = unfilled(x.shape);
      const [slopes, values, results] = elementsOf(slope, x, gradient);
      for (let i = 0; i < values.length; i++) results[i] = slopes[i] * it.slope(values[i]);
      return gradient;
    },
  }),
});
