/** How a filter moves over NHWC images. */
export interface Geometry {
  readonly inputHeight: number;
  readonly inputWidth: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  /** Rows and columns of zeros before the input. */
  readonly padTop: number;
  readonly padLeft: number;
}

/** Rows and columns that a filter covers, with the gaps of its dilation. */
export function covered(geometry: Geometry): readonly [height: number, width: number] {
  return [
    (geometry.filterHeight - 1) * geometry.dilationHeight + 1,
    (geometry.filterWidth - 1) * geometry.dilationWidth + 1,
  ];
}

/** Rows and columns that all positions of a filter cover together, from the first row and column of the padding on. */
export function reached(geometry: Geometry): readonly [height: number, width: number] {
  const [height, width] = covered(geometry);
  return [
    (geometry.outputHeight - 1) * geometry.strideHeight + height,
    (geometry.outputWidth - 1) * geometry.strideWidth + width,
  ];
}

/**
 * Visits the taps of all positions that lie inside the input, positions in order.
 *
 * @param visit is given indexes of pixels of the input, taps of the filter and pixels of the output
 */
export function eachTap(
  images: number,
  geometry: Geometry,
  visit: (input: number, tap: number, output: number) => void,
): void {
  const { inputHeight, inputWidth, outputHeight, outputWidth, filterHeight, filterWidth } = geometry;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft } = geometry;
  let output = 0;
  for (let image = 0; image < images; image++)
    for (let top = -padTop; top < outputHeight * strideHeight - padTop; top += strideHeight)
      for (let left = -padLeft; left < outputWidth * strideWidth - padLeft; left += strideWidth, output++)
        for (let row = 0, y = top; row < filterHeight; row++, y += dilationHeight) {
          if (y < 0 || y >= inputHeight) continue;
          const line = (image * inputHeight + y) * inputWidth;
          for (let column = 0, x = left; column < filterWidth; column++, x += dilationWidth)
            if (x >= 0 && x < inputWidth) visit(line + x, row * filterWidth + column, output);
        }
}
