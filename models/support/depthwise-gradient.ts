/** The gradient of a 3 × 3 depthwise filter as a plain loop: no operator of TensorFlow.js is quick at it. */

/** Sizes of NHWC tensors, and the strides between them. */
export interface Geometry {
  readonly images: number;
  /** With the padding. */
  readonly inHeight: number;
  readonly inWidth: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
}

/**
 * The nine sums of a channel of an image stay in registers.
 *
 * @param x the padded input
 * @param dy the gradient of the output
 * @returns 3 × 3 × channels
 */
export function depthwise3x3Gradient(x: Float32Array, dy: Float32Array, sizes: Geometry): Float32Array {
  const { images, inHeight, inWidth, channels, outHeight, outWidth, strideHeight, strideWidth } = sizes;
  const gradient = new Float64Array(9 * channels);
  const row = inWidth * channels;
  for (let image = 0; image < images; image++) {
    for (let c = 0; c < channels; c++) {
      let [a, b, d, e, f, g, h, i, j] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
      for (let y = 0; y < outHeight; y++) {
        let top = (image * inHeight + y * strideHeight) * row + c;
        let from = (image * outHeight + y) * outWidth * channels + c;
        for (let n = 0; n < outWidth; n++, top += strideWidth * channels, from += channels) {
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
      for (let tap = 0; tap < 9; tap++) gradient[tap * channels + c] += sums[tap];
    }
  }
  return Float32Array.from(gradient);
}
