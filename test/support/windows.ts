/** Random windows over NHWC images: convolutions and pools. */
import fc from "fast-check";
import { activation, filling, padding, quantization, size } from "./arbitraries.js";

/** Attributes of convolutions. */
export const convolution = {
  strideHeight: size(3),
  strideWidth: size(3),
  dilationHeight: size(3),
  dilationWidth: size(2),
  padding,
  activation,
};

/** Height and width of a convolution's filter. */
export const kernel = fc.tuple(size(3), size(3));

/** An int8 image of at most these sizes, and what it is filled with. */
export function image(batches: number, height: number, width: number, depth: number) {
  return {
    shape: fc.tuple(size(batches), size(height), size(width), size(depth)),
    quantization,
    fill: filling,
  };
}

/** Whether a filter has a place on an image: with SAME padding always, with VALID where it fits in. */
export function fits(
  [, height, width]: readonly number[],
  [filterHeight, filterWidth]: readonly number[],
  {
    padding,
    dilationHeight = 1,
    dilationWidth = 1,
  }: { readonly padding: string; readonly dilationHeight?: number; readonly dilationWidth?: number },
): boolean {
  const fitting = (filterHeight - 1) * dilationHeight < height && (filterWidth - 1) * dilationWidth < width;
  return padding === "SAME" || fitting;
}
