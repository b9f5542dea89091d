/** Sliding windows: what convolutions and pools share. */

export type Padding = "SAME" | "VALID";

/** How a window moves over an image. */
export interface Window {
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padding: Padding;
}

/** One dimension of a window: output size, and rows or columns of padding before the input. */
export interface Extent {
  readonly output: number;
  readonly before: number;
}

/**
 * TFLite's ComputeOutSize and ComputePadding (kernels/padding.h): where SAME needs an odd number of padding rows, the
 * extra one comes after.
 *
 * @returns `output` is 0 or less where the filter does not fit
 */
export function extent(
  padding: Padding,
  input: number,
  filter: number,
  stride: number,
  dilation = 1,
): Extent {
  const effective = (filter - 1) * dilation + 1;
  const output = Math.floor((padding === "SAME" ? input + stride - 1 : input + stride - effective) / stride);
  const total = (output - 1) * stride + effective - input;
  return { output, before: Math.max(0, Math.floor(total / 2)) };
}
