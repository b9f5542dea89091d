/** Pools over NHWC images; padding takes no part. */
import type * as tf from "@tensorflow/tfjs-core";
import { eachTap, type Geometry } from "./geometry.js";
import { elementsOf, unfilled } from "./heap.js";
import { operation } from "./operation.js";

export const averagePooled = operation({
  name: "AveragePooled",
  saved: [],
  run({ x }: { readonly x: tf.Tensor }, geometry: Geometry) {
    const [images, , , channels] = x.shape;
    const counts = tapCounts(geometry);
    const output = unfilled([images, geometry.outputHeight, geometry.outputWidth, channels]);
    const [values, sums] = elementsOf(x, output);
    sums.fill(0);
    eachTap(images, geometry, (pixel, _, position) => {
      for (let c = 0; c < channels; c++) sums[position * channels + c] += values[pixel * channels + c];
    });
    for (let i = 0; i < sums.length; i++) sums[i] /= counts[Math.floor(i / channels) % counts.length];
    return output;
  },
  gradients: (slope, _, geometry) => ({
    x() {
      const [images, , , channels] = slope.shape;
      const counts = tapCounts(geometry);
      const gradient = unfilled([images, geometry.inputHeight, geometry.inputWidth, channels]);
      const [slopes, result] = elementsOf(slope, gradient);
      result.fill(0);
      eachTap(images, geometry, (pixel, _, position) => {
        const count = counts[position % counts.length];
        for (let c = 0; c < channels; c++)
          result[pixel * channels + c] += slopes[position * channels + c] / count;
      });
      return gradient;
    },
  }),
});

export const maxPooled = operation({
  name: "MaxPooled",
  saved: ["x", "output"],
  run({ x }: { readonly x: tf.Tensor }, geometry: Geometry) {
    const [images, , , channels] = x.shape;
    const output = unfilled([images, geometry.outputHeight, geometry.outputWidth, channels]);
    const [values, most] = elementsOf(x, output);
    most.fill(Number.NEGATIVE_INFINITY);
    eachTap(images, geometry, (pixel, _, position) => {
      for (let c = 0; c < channels; c++) {
        const value = values[pixel * channels + c];
        if (value > most[position * channels + c]) most[position * channels + c] = value;
      }
    });
    return output;
  },
  // The first of equals has all of the gradient.
  gradients: (slope, { x, output }, geometry) => ({
    x() {
      const [images, , , channels] = slope.shape;
      const gradient = unfilled(x.shape);
      const [slopes, values, most, result] = elementsOf(slope, x, output, gradient);
      const given = new Uint8Array(slopes.length);
      result.fill(0);
      eachTap(images, geometry, (pixel, _, position) => {
        for (let c = 0; c < channels; c++) {
          const at = position * channels + c;
          if (given[at] || values[pixel * channels + c] !== most[at]) continue;
          result[pixel * channels + c] += slopes[at];
          given[at] = 1;
        }
      });
      return gradient;
    },
  }),
});

/** How many taps of each position lie inside the image. */
function tapCounts(geometry: Geometry): Float64Array {
  const counts = new Float64Array(geometry.outputHeight * geometry.outputWidth);
  eachTap(1, geometry, (_, __, position) => {
    counts[position]++;
  });
  return counts;
}
