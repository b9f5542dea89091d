/**
 * TFLite's table of sigmoid(i / 24) in 16 bits, i = 0 to 255 (kernels/internal/common.h). Some of its entries are one above what
 * rounding gives.
 */
const ABOVE: readonly number[] = [
  4, 8, 12, 14, 15, 16, 17, 19, 20, 21, 22, 25, 27, 28, 29, 30, 31, 33, 34, 35, 37, 39, 40, 41, 43, 44, 45,
  46, 49, 50, 54, 62, 63, 64, 66, 82, 86, 93, 100, 103, 112, 116, 135, 255,
];

/** The table. */
export function sigmoidTable(): number[] {
  return Array.from(
    { length: 256 },
    (_, i) => Math.round(65536 / (1 + Math.exp(-i / 24))) + (ABOVE.includes(i) ? 1 : 0),
  );
}
