/** The greatest difference of two arrays as a part of the greatest magnitude in the second; NaN counts as infinite. */
export function relativeError(found: Float32Array, expected: Float32Array): number {
  const most = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const error = expected.reduce((a, b, i) => Math.max(a, Math.abs(b - found[i])), 0);
  if (found.length !== expected.length || Number.isNaN(error)) return Number.POSITIVE_INFINITY;
  return error === 0 ? 0 : error / most;
}
