/** The gradient of a 3 × 3 depthwise filter as a plain loop: no operator of TensorFlow.js is quick at it. */
import { type Geometry, reached } from "./geometry.js";

/**
 * A channel of an image is copied into its padding first, where it lies side by side; its nine sums stay in registers.
 *
 * @param x images, NHWC
 * @param dy the gradient of the output
 * @param gradient is set: 3 × 3 × channels
 */
export function depthwise3x3Gradient(
  x: Float32Array,
  dy: Float32Array,
  channels: number,
  geometry: Geometry,
  gradient: Float32Array,
): void {
  const { inputHeight, inputWidth, outputHeight, outputWidth, strideHeight, strideWidth } = geometry;
  const { padTop, padLeft } = geometry;
  const [height, width] = reached(geometry);
  const plane = new Float64Array(height * width);
  const slopes = new Float64Array(outputHeight * outputWidth);
  const totals = new Float64Array(9 * channels);
  const rows = Math.min(inputHeight, height - padTop);
  const columns = Math.min(inputWidth, width - padLeft);
  const images = x.length / (inputHeight * inputWidth * channels);
  for (let image = 0; image < images; image++) {
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < rows; y++) {
        const to = (padTop + y) * width + padLeft;
        const from = (image * inputHeight + y) * inputWidth * channels + c;
        for (let n = 0; n < columns; n++) plane[to + n] = x[from + n * channels];
      }
      const start = image * slopes.length * channels + c;
      for (let n = 0; n < slopes.length; n++) slopes[n] = dy[start + n * channels];
      // One variable each: arrays that are taken apart where it is hot would be garbage.
      let a = 0;
      let b = 0;
      let d = 0;
      let e = 0;
      let f = 0;
      let g = 0;
      let h = 0;
      let i = 0;
      let j = 0;
      for (let y = 0; y < outputHeight; y++) {
        let top = y * strideHeight * width;
        for (let n = 0; n < outputWidth; n++, top += strideWidth) {
          const slope = slopes[y * outputWidth + n];
          const middle = top + width;
          const bottom = middle + width;
          a += slope * plane[top];
          b += slope * plane[top + 1];
          d += slope * plane[top + 2];
          e += slope * plane[middle];
          f += slope * plane[middle + 1];
          g += slope * plane[middle + 2];
          h += slope * plane[bottom];
          i += slope * plane[bottom + 1];
          j += slope * plane[bottom + 2];
        }
      }
      totals[c] += a;
      totals[channels + c] += b;
      totals[2 * channels + c] += d;
      totals[3 * channels + c] += e;
      totals[4 * channels + c] += f;
      totals[5 * channels + c] += g;
      totals[6 * channels + c] += h;
      totals[7 * channels + c] += i;
      totals[8 * channels + c] += j;
    }
  }
  gradient.set(totals);
}
