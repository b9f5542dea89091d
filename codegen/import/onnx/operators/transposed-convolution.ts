import { arranged } from "../constant.js";
import { arrange, channelsLast, type Layout } from "../layout.js";
import type { OnnxNode } from "../node.js";
import type { Translator } from "../translator.js";

/** One dimension of a transposed convolution: `crop` elements of what all filters reach are left out at the beginning. */
interface Extent {
  readonly stride: number;
  readonly filter: number;
  readonly crop: number;
  readonly output: number;
}

/** Weights [inputs, outputs, …] as OHWI. */
function filterLayout(rank: number): Layout {
  return { axes: rank === 3 ? [1, null, 2, 0] : [1, 2, 3, 0] };
}

/** ConvTranspose with one group and without dilation. */
export const transposedConvolution: Translator = {
  layout: "image",
  fuses: true,
  operands: 2,

  translate(node) {
    const input = node.input(0);
    const [batches, channels] = input.shape;
    const weights = node.element(node.constant(1, "the weights"));
    const [depth, filters] = weights.shape;
    if (node.attributes.int("group", 1) !== 1) node.attributes.refuse("group", "above 1", "1");
    if (depth !== channels)
      node.refuse("shape", { why: `filters ${depth} channels deep over an input of ${channels}` });
    const extents = readExtents(node, input.shape, weights.shape.slice(2));
    const [height, width] = extents.length === 1 ? [POINT, extents[0]] : extents;
    const image = node.stored(input).channelsLast();
    const bias = node.inputs[2] && node.bias(node.constant(2, "the bias"), image, weights);
    const filter = node.known("weights", arranged(weights, filterLayout(weights.shape.length)));
    const shape = [batches, filters, ...extents.map(({ output }) => output)];
    const layout = channelsLast(shape.length);
    const to = arrange(layout, shape, 1);
    const cropped = height.crop > 0 || width.crop > 0;
    const same = cropped && [height, width].every((extent) => extent.crop === samePadding(extent));
    const wide = cropped && !same ? [batches, height.crop + to[1], width.crop + to[2], filters] : to;
    const id = node.compute(
      "TRANSPOSE_CONV",
      {
        padding: same ? "SAME" : "VALID",
        strideHeight: height.stride,
        strideWidth: width.stride,
        activation: node.activation,
      },
      [node.indexes("shape", wide), filter, image, ...(bias === undefined ? [] : [bias])],
      wide,
      wide === to ? undefined : "whole",
    );
    if (wide === to) return node.result(id, shape, layout);
    const begin = node.indexes("begin", [0, height.crop, width.crop, 0]);
    return node.result(node.move("SLICE", {}, [id, begin, node.indexes("size", to)], to), shape, layout);
  },
};

const POINT: Extent = { stride: 1, filter: 1, crop: 0, output: 1 };

/** TFLite's padding before, where SAME is said: that of the convolution from such an output to the input. */
function samePadding({ stride, filter, output }: Extent): number {
  return Math.max(0, Math.floor(((Math.ceil(output / stride) - 1) * stride + filter - output) / 2));
}

function readExtents(node: OnnxNode, shape: readonly number[], kernel: readonly number[]): Extent[] {
  const { attributes } = node;
  const dimensions = shape.length - 2;
  if (kernel.length !== dimensions || (dimensions !== 1 && dimensions !== 2))
    node.refuse("rank", { role: "the input", found: shape.length, supported: "3 (NCW) and 4 (NCHW)" });
  attributes.ignore("kernel_shape");
  const list = (name: string, absent: number, length = dimensions) => {
    const values = attributes.ints(name) ?? new Array<number>(length).fill(absent);
    if (values.length !== length || values.some((value) => !(value >= 0 && value < 2 ** 24)))
      attributes.refuse(name, `[${values.join(", ")}]`, `${length} integers of at least 0`);
    return values;
  };
  const strides = list("strides", 1);
  const dilations = list("dilations", 1);
  if (dilations.some((dilation) => dilation !== 1)) attributes.refuse("dilations", `[${dilations}]`, "1");
  const pads = list("pads", 0, 2 * dimensions);
  const more = list("output_padding", 0);
  const wanted = attributes.has("output_shape") ? list("output_shape", 0) : undefined;
  const auto = attributes.string("auto_pad", "NOTSET");
  if (!["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].includes(auto))
    attributes.refuse("auto_pad", auto, "NOTSET, VALID, SAME_UPPER, SAME_LOWER");
  return kernel.map((filter, i): Extent => {
    const stride = strides[i];
    const whole = stride * (shape[i + 2] - 1) + filter + more[i];
    const automatic = wanted?.[i] ?? (auto.startsWith("SAME") ? stride * shape[i + 2] : undefined);
    if (automatic === undefined) {
      const [before, after] = auto === "VALID" ? [0, 0] : [pads[i], pads[i + dimensions]];
      return { stride, filter, crop: before, output: whole - before - after };
    }
    const total = Math.max(0, whole - automatic);
    const less = Math.floor(total / 2);
    return { stride, filter, crop: auto === "SAME_UPPER" ? less : total - less, output: automatic };
  });
}
