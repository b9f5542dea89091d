/** Windows as ONNX describes them: what Conv, MaxPool and AveragePool share. Sequences are images of height 1. */
import type { OnnxNode } from "../node.js";

/** How a window moves along one dimension. */
export interface Extent {
  readonly input: number;
  readonly filter: number;
  readonly stride: number;
  readonly dilation: number;
  /** Elements of padding before and after the input, as far as windows reach. */
  readonly before: number;
  readonly after: number;
  readonly output: number;
  /** Whether the last window reaches beyond input and padding, as ceil_mode lets it. */
  readonly overhangs: boolean;
}

export interface Extents {
  readonly height: Extent;
  readonly width: Extent;
  /** The number of spatial dimensions that ONNX has: 1 or 2. */
  readonly dimensions: number;
}

/** No tensor has more elements along an axis. */
const MAX_SIZE = 2 ** 24;

const ONE: Extent = {
  input: 1,
  filter: 1,
  stride: 1,
  dilation: 1,
  before: 0,
  after: 0,
  output: 1,
  overhangs: false,
};

/**
 * Reads a node's window.
 *
 * @param shape of the input, channels first
 * @param kernel sizes of the filter
 */
export function readWindow(node: OnnxNode, shape: readonly number[], kernel: readonly number[]): Extents {
  const dimensions = shape.length - 2;
  if (dimensions !== 1 && dimensions !== 2)
    node.refuse("rank", { role: "the input", found: shape.length, supported: "3 (NCW) and 4 (NCHW)" });
  const { attributes } = node;
  const list = (name: string, absent: number, length = dimensions): readonly number[] => {
    const values = attributes.ints(name) ?? new Array<number>(length).fill(absent);
    const least = name === "pads" ? 0 : 1;
    if (values.length !== length || values.some((value) => !Number.isInteger(value) || value < least))
      attributes.refuse(name, `[${values.join(", ")}]`, `${length} integers of at least ${least}`);
    return values;
  };
  if (kernel.length !== dimensions || kernel.some((size) => !Number.isInteger(size) || size < 1))
    attributes.refuse("kernel_shape", `[${kernel.join(", ")}]`, `${dimensions} integers of at least 1`);
  const strides = list("strides", 1);
  const dilations = list("dilations", 1);
  const pads = list("pads", 0, 2 * dimensions);
  const auto = attributes.string("auto_pad", "NOTSET");
  const ceil = attributes.int("ceil_mode", 0) !== 0;
  const extents = kernel.map((filter, i): Extent => {
    const input = shape[i + 2];
    const stride = strides[i];
    const dilation = dilations[i];
    const reach = (filter - 1) * dilation + 1;
    const padding = automatic(node, auto, input, reach, stride) ?? [pads[i], pads[i + dimensions]];
    if (input + padding[0] + padding[1] > MAX_SIZE)
      node.refuse("too-large", { shape: [...shape, ...padding] });
    const free = input + padding[0] + padding[1] - reach;
    if (free < 0) node.refuse("shape", { why: `a filter of ${reach} does not fit into ${input}` });
    let output = (ceil ? Math.ceil(free / stride) : Math.floor(free / stride)) + 1;
    // The last window begins inside the input or the padding before it (onnxruntime's ComputeOutputSize).
    if (ceil && (output - 1) * stride >= input + padding[0]) output--;
    const [before] = padding;
    const after = Math.max(0, (output - 1) * stride + reach - input - before);
    return { input, filter, stride, dilation, before, after, output, overhangs: after > padding[1] };
  });
  const [height, width] = dimensions === 1 ? [ONE, extents[0]] : extents;
  return { height, width, dimensions };
}

/** Padding that ONNX works out; undefined where pads say it. */
function automatic(
  node: OnnxNode,
  mode: string,
  input: number,
  reach: number,
  stride: number,
): readonly [number, number] | undefined {
  const total = sameTotal(input, reach, stride);
  const less = Math.floor(total / 2);
  switch (mode) {
    case "NOTSET":
      return undefined;
    case "VALID":
      return [0, 0];
    case "SAME_UPPER":
      return [less, total - less];
    case "SAME_LOWER":
      return [total - less, less];
    default:
      return node.attributes.refuse("auto_pad", mode, "NOTSET, VALID, SAME_UPPER, SAME_LOWER");
  }
}

function sameTotal(input: number, reach: number, stride: number): number {
  return Math.max(0, (Math.ceil(input / stride) - 1) * stride + reach - input);
}

/** The padding attribute that means a window; undefined where none does and the input must be padded before. */
export function paddingOf({ height, width }: Extents): "SAME" | "VALID" | undefined {
  const both = [height, width];
  if (both.every(({ before, after }) => before === 0 && after === 0)) return "VALID";
  const same = both.every(({ input, filter, stride, dilation, before, after, output }) => {
    const total = sameTotal(input, (filter - 1) * dilation + 1, stride);
    return (
      output === Math.ceil(input / stride) && before === Math.floor(total / 2) && after === total - before
    );
  });
  return same ? "SAME" : undefined;
}

/** The window's attributes in the graph. */
export function windowAttributes({ height, width }: Extents, padding: "SAME" | "VALID") {
  return { padding, strideHeight: height.stride, strideWidth: width.stride };
}

/** The shape of an image, channels last, with the window's padding around it. */
export function paddedShape({ height, width }: Extents, batches: number, channels: number): number[] {
  return [
    batches,
    height.before + height.input + height.after,
    width.before + width.input + width.after,
    channels,
  ];
}

/** The paddings as PAD has them: before and after each axis, channels last. */
export function paddings({ height, width }: Extents): number[] {
  return [0, 0, height.before, height.after, width.before, width.after, 0, 0];
}

/** The shape of what a window makes, as ONNX has it. */
export function outputShape({ height, width, dimensions }: Extents, batches: number, channels: number) {
  return dimensions === 1
    ? [batches, channels, width.output]
    : [batches, channels, height.output, width.output];
}
