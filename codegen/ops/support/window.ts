/** Sliding windows: what convolutions and pools share. */
import type { Node } from "../node.js";
import type { Shape } from "../operator.js";

export type Padding = "SAME" | "VALID";

/** How a window moves over an NHWC image. */
export interface Window {
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight?: number;
  readonly dilationWidth?: number;
  readonly padding: Padding;
  /** Rows and columns of zero points around the input over which the window moves, in place of a PAD before it. */
  readonly around?: readonly [top: number, bottom: number, left: number, right: number];
}

/** One dimension of a window: output size, and rows or columns of padding before the input. */
interface Extent {
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

/** Both dimensions of a window over input 0. */
function extents(node: Node<Window>, filterHeight: number, filterWidth: number) {
  const { padding, strideHeight, strideWidth, dilationHeight, dilationWidth } = node.attributes;
  const { around: [top, bottom, left, right] = [0, 0, 0, 0] } = node.attributes;
  const [, height, width] = node.input(0).shape;
  const down = extent(padding, top + height + bottom, filterHeight, strideHeight, dilationHeight);
  const across = extent(padding, left + width + right, filterWidth, strideWidth, dilationWidth);
  return {
    height: { ...down, before: top + down.before },
    width: { ...across, before: left + across.before },
  };
}

/** Refuses an input that is no NHWC image, a stride, dilation or filter below 1, and a filter that does not fit. */
export function checkWindow(node: Node<Window>, filterHeight: number, filterWidth: number): void {
  const { shape } = node.input(0);
  if (shape.length !== 4)
    node.refuse("rank", { role: "the input", found: shape.length, supported: "4 (NHWC)" });
  const { strideHeight, strideWidth, dilationHeight = 1, dilationWidth = 1 } = node.attributes;
  const sizes = { strideHeight, strideWidth, dilationHeight, dilationWidth, filterHeight, filterWidth };
  for (const [attribute, size] of Object.entries(sizes)) {
    if (!(Number.isInteger(size) && size > 0))
      node.refuse("attribute", { attribute, value: `${size}`, supported: "1 and above" });
  }
  const { height, width } = extents(node, filterHeight, filterWidth);
  if (height.output < 1 || width.output < 1)
    node.refuse("shape", {
      why: `a ${filterHeight}×${filterWidth} filter does not fit into [${shape.join(", ")}]`,
    });
  const span = Math.max(filterHeight * dilationHeight * shape[2], filterWidth * dilationWidth) * shape[3];
  if (span >= 2 ** 31)
    // kernels and TFLM walk over it in int32
    node.refuse("shape", { why: `the dilated filter spans ${span} elements of the input` });
}

/** NHWC shape of what a window makes of input 0. */
export function windowShape(
  node: Node<Window>,
  filterHeight: number,
  filterWidth: number,
  depth: number,
): Shape {
  const { height, width } = extents(node, filterHeight, filterWidth);
  return [node.input(0).shape[0], height.output, width.output, depth];
}

/** The constants of a window, named as kernels name them. */
export function windowConstants(node: Node<Window>, filterHeight: number, filterWidth: number) {
  const { height, width } = extents(node, filterHeight, filterWidth);
  const [batches, inputHeight, inputWidth, inputDepth] = node.input(0).shape;
  const { strideHeight, strideWidth } = node.attributes;
  return {
    inputHeight,
    inputWidth,
    inputDepth,
    filterHeight,
    filterWidth,
    strideHeight,
    strideWidth,
    padTop: height.before,
    padLeft: width.before,
    positions: batches * height.output * width.output,
    outputHeight: height.output,
    outputWidth: width.output,
    outputDepth: node.output().shape[3],
  };
}
