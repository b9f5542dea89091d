/** The gradient of a 3 × 3 depthwise filter as a plain loop: no operator of TensorFlow.js is quick at it. */
import type { Geometry } from "./geometry.js";

type Strides = Pick<Geometry, "outputHeight" | "outputWidth" | "strideHeight" | "strideWidth">;

/**
 * The nine sums of a channel of an image stay in registers.
 *
 * @param x the padded input
 * @param shape its shape, NHWC
 * @param dy the gradient of the output
 * @param gradient is set: 3 × 3 × channels
 */
export function depthwise3x3Gradient(
  x: Float32Array,
  shape: readonly number[],
  dy: Float32Array,
  { outputHeight, outputWidth, strideHeight, strideWidth }: Strides,
  gradient: Float32Array,
): void {
  const [images, height, width, channels] = shape;
  const totals = new Float64Array(9 * channels);
  const row = width * channels;
  for (let image = 0; image < images; image++) {
    for (let c = 0; c < channels; c++) {
      let [a, b, d, e, f, g, h, i, j] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
      for (let y = 0; y < outputHeight; y++) {
        let top = (image * height + y * strideHeight) * row + c;
        let from = (image * outputHeight + y) * outputWidth * channels + c;
        for (let n = 0; n < outputWidth; n++, top += strideWidth * channels, from += channels) {
          const slope = dy[from];
          const [middle, bottom] = [top + row, top + 2 * row];
          a += slope * x[top];
          b += slope * x[top + channels];
          d += slope * x[top + 2 * channels];
          e += slope * x[middle];
          f += slope * x[middle + channels];
          g += slope * x[middle + 2 * channels];
          h += slope * x[bottom];
          i += slope * x[bottom + channels];
          j += slope * x[bottom + 2 * channels];
        }
      }
      const sums = [a, b, d, e, f, g, h, i, j];
      for (let tap = 0; tap < 9; tap++) totals[tap * channels + c] += sums[tap];
    }
  }
  gradient.set(totals);
}
