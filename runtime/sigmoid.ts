/**
 * TensorFlow Lite's sigmoid and hyperbolic tangent of int16 values (kernels/internal/reference/integer_ops/{logistic,tanh}.h):
 * straight lines between entries of one table, sigmoid(i / 24) in 16 bits for i = 0 to 255.
 */

/**
 * @param table `weights32`, and `at` where the table begins
 * @param x the argument in steps of 1 / (3 · 4096)
 * @returns Q0.15
 */
export function sigmoid(table: Int32Array, at: number, x: number): number {
  const magnitude = x < 0 ? 0 - x : x;
  const entry = magnitude >> 9;
  let y = 0x7fff << 10;
  if (entry < 255) {
    const from = table[at + entry];
    y = (from << 9) + (magnitude & 0x1ff) * (table[at + entry + 1] - from);
  }
  return (x < 0 ? (1 << 25) - y + (1 << 9) - 1 : y + (1 << 9)) >> 10;
}

/** The same for the hyperbolic tangent: 2 · sigmoid(2x) − 1. */
export function hyperbolicTangent(table: Int32Array, at: number, x: number): number {
  const magnitude = x < 0 ? 0 - x : x;
  const entry = magnitude >> 8;
  let y = 0xffff << 8;
  if (entry < 255) {
    const from = table[at + entry];
    y = (from << 8) + (magnitude & 0xff) * (table[at + entry + 1] - from);
  }
  return (x < 0 ? (1 << 23) - y + (1 << 7) - 1 : y - (1 << 23) + (1 << 7)) >> 8;
}
