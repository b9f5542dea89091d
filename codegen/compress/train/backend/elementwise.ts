/** Functions of each element, computed in float64 and rounded once. */
import type * as tf from "@tensorflow/tfjs-core";
import { elementsOf, unfilled } from "./heap.js";
import { operation } from "./operation.js";

/** Bounds values. Nothing flows back from a value that is on a bound or beyond it. */
export const clamped = operation({
  name: "Clamped",
  saved: ["output"],
  run({ x }: { readonly x: tf.Tensor }, [low, high]: readonly [low: number, high: number]) {
    const output = unfilled(x.shape);
    const [values, bounded] = elementsOf(x, output);
    for (let i = 0; i < values.length; i++) bounded[i] = Math.min(high, Math.max(low, values[i]));
    return output;
  },
  gradients: (slope, { output }, [low, high]) => ({
    x() {
      const gradient = unfilled(output.shape);
      const [slopes, bounded, result] = elementsOf(slope, output, gradient);
      for (let i = 0; i < slopes.length; i++)
        result[i] = bounded[i] > low && bounded[i] < high ? slopes[i] : 0;
      return gradient;
    },
  }),
});

/** A function and its derivative, both of its argument. */
export interface Curve {
  value(x: number): number;
  slope(x: number): number;
}

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
