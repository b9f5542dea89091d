/** Rounding that looks at what weights are multiplied with. */
import { addScaled, dot } from "./moments.js";
import type { Row } from "./weights.js";

/** How often all weights are looked at for one scale, and how often the scale is fitted in between. */
const SWEEPS = 20;
const FITS = 4;

/**
 * Integers with a least squared error of a channel's sums on calibration data, in place of those nearest to the weights: the quadratic
 * problem that AdaRound relaxes (Nagel et al. 2020, arXiv:2004.10568, eq. 20), solved by coordinate descent from the nearest
 * integers. A weight may move by more than one, and the scale is fitted by least squares.
 *
 * @param start the nearest integers
 * @param gram,target of `Moments`
 * @param limit the greatest integer
 * @param least the scale may not be below it
 * @param held real weights of which those that are 0 stay 0; any may move where there are none
 */
export function roundToData(
  start: Row,
  gram: Float64Array,
  target: Float64Array,
  limit: number,
  least: number,
  held?: Float64Array,
): Row {
  const values = start.values.slice();
  let scale = start.scale;
  for (let fit = 0; ; fit++) {
    descend(values, scale, gram, target, limit, held);
    const fitted = Math.fround(Math.max(least, fittedScale(values, gram, target)));
    if (fit === FITS || !(fitted > 0) || fitted === scale) return { scale, values };
    scale = fitted;
  }
}

/** Changes one integer after the other as long as one of them makes the error less. */
function descend(
  values: Int32Array,
  scale: number,
  gram: Float64Array,
  target: Float64Array,
  limit: number,
  held?: Float64Array,
): void {
  const n = values.length;
  const gradient = product(gram, values);
  for (let i = 0; i < n; i++) gradient[i] = scale * gradient[i] - target[i];
  for (let sweep = 0, isMoving = true; isMoving && sweep < SWEEPS; sweep++) {
    isMoving = false;
    for (let i = 0; i < n; i++) {
      if (held?.[i] === 0) continue;
      const curvature = scale * gram[i * n + i];
      const wish = values[i] - Math.round(gradient[i] / curvature);
      const value = Math.max(-limit, Math.min(limit, wish));
      const step = value - values[i];
      // Math.round takes halves up: those that change nothing are left alone.
      if (step === 0 || step * gradient[i] + (step * step * curvature) / 2 >= 0) continue;
      values[i] = value;
      addScaled(gradient, gram.subarray(i * n, (i + 1) * n), scale * step);
      isMoving = true;
    }
  }
}

/** The scale of least squared error for given integers; NaN where all are 0. */
function fittedScale(values: Int32Array, gram: Float64Array, target: Float64Array): number {
  return dot(values, target) / dot(values, product(gram, values));
}

function product(gram: Float64Array, values: Int32Array): Float64Array {
  const n = values.length;
  const result = new Float64Array(n);
  values.forEach((value, i) => {
    if (value !== 0) addScaled(result, gram.subarray(i * n, (i + 1) * n), value);
  });
  return result;
}
