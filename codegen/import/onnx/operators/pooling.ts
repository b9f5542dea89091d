import type { TensorId } from "../../../graph/graph.js";
import { constantOf } from "../constant.js";
import { arrange, channelsLast } from "../layout.js";
import type { OnnxNode } from "../node.js";
import type { Translator } from "../translator.js";
import {
  type Extent,
  type Extents,
  outputShape,
  paddedShape,
  paddingOf,
  paddings,
  readWindow,
  windowAttributes,
} from "./window.js";

/** Operators whose outputs are never negative. */
const NON_NEGATIVE = ["RELU", "RELU6", "LOGISTIC", "SOFTMAX"];

/** The lowest float32. */
const LOWEST = -3.4028234663852886e38;

export const maxPool: Translator = {
  layout: "image",
  moves: true,

  translate(node) {
    if (node.outputs.length > 1) node.attributes.refuse("the output of indices", "used", "the maxima alone");
    node.attributes.ignore("storage_order"); // that of the indices
    const { image, window, shape } = readPool(node);
    if (window.height.dilation > 1 || window.width.dilation > 1)
      node.attributes.refuse("dilations", `${window.height.dilation}×${window.width.dilation}`, "1");
    const padding = paddingOf(window);
    const from = padding ? image : withLowest(node, image, window);
    const to = arrange(channelsLast(shape.length), shape, 1);
    const id = node.move("MAX_POOL_2D", attributes(window, padding ?? "VALID"), [from], to);
    return node.result(id, shape, channelsLast(shape.length));
  },
};

/** An image with what no window chooses around it. Zero where nothing is less: the range of the values stays theirs. */
function withLowest(node: OnnxNode, image: TensorId, window: Extents): TensorId {
  const { builder } = node;
  const [batches, , , channels] = builder.tensors[image].shape;
  const shape = paddedShape(window, batches, channels);
  const sizes = node.indexes("paddings", paddings(window), [4, 2]);
  const maker = builder.ops.find(({ outputs }) => outputs.includes(image));
  const activated = maker && "activation" in maker.attributes && /^RELU6?$/.test(maker.attributes.activation);
  if (maker && (activated || NON_NEGATIVE.includes(maker.kind)))
    return node.move("PAD", {}, [image, sizes], shape, "padded");
  const { dtype, quantization } = builder.typeOf(image);
  const lowest = constantOf([quantization ? -128 : LOWEST], dtype, [1]);
  const value = node.known("lowest", { ...lowest, ...(quantization && { quantization }) });
  return node.move("PADV2", {}, [image, sizes, value], shape, "padded");
}

export const averagePool: Translator = {
  layout: "image",
  moves: true,

  translate(node) {
    const includesPadding = node.attributes.int("count_include_pad", 0) !== 0;
    const { image, window, shape } = readPool(node);
    const { height, width } = window;
    if (height.dilation > 1 || width.dilation > 1)
      node.attributes.refuse("dilations", `${height.dilation}×${width.dilation}`, "1");
    const layout = channelsLast(shape.length);
    const to = arrange(layout, shape, 1);
    const padding = paddingOf(window);
    // Windows that leave the image divide by what they see of it, as TFLite's do.
    if (padding === "VALID" || (padding === "SAME" && !includesPadding))
      return node.result(
        node.move("AVERAGE_POOL_2D", attributes(window, padding), [image], to),
        shape,
        layout,
      );
    if (includesPadding && (height.overhangs || width.overhangs))
      node.attributes.refuse("ceil_mode", "1", "0, where padding counts");
    const factors = includesPadding ? undefined : factorsOf(window);
    if (factors?.some((factor) => !Number.isFinite(factor)))
      node.refuse("shape", { why: "a window sees nothing of the image" });
    if (factors && node.builder.typeOf(image).quantization)
      node.attributes.refuse("pads", `[${paddings(window).slice(2, 6)}]`, "none, or those of SAME");
    const [batches, , , channels] = node.builder.tensors[image].shape;
    const sizes = node.indexes("paddings", paddings(window), [4, 2]);
    const wide = paddedShape(window, batches, channels);
    const from = node.move("PAD", {}, [image, sizes], wide, "padded");
    const step = factors && "mean";
    const mean = node.move("AVERAGE_POOL_2D", attributes(window, "VALID"), [from], to, step);
    if (!factors) return node.result(mean, shape, layout);
    const weights = constantOf(factors, "float32", [1, height.output, width.output, 1]);
    const scaled = node.move("MUL", { activation: "NONE" }, [mean, node.known("factors", weights)], to);
    return node.result(scaled, shape, layout);
  },
};

/** By what the mean over a whole window is to be multiplied at each position, so that padding does not count. */
function factorsOf({ height, width }: Extents): number[] {
  const seen = ({ input, filter, stride, before, output }: Extent) =>
    Array.from({ length: output }, (_, i) => {
      const start = i * stride - before;
      return Math.min(start + filter, input) - Math.max(start, 0);
    });
  const columns = seen(width);
  const area = height.filter * width.filter;
  return seen(height).flatMap((row) => columns.map((column) => area / (row * column)));
}

export const globalAveragePool: Translator = {
  layout: "image",

  translate(node) {
    const { shape } = node.input(0);
    requireImage(node);
    const image = node.stored(node.input(0)).channelsLast();
    const to = [...shape.slice(0, 2), ...shape.slice(2).map(() => 1)];
    const layout = channelsLast(shape.length);
    const axes = node.indexes("axes", [1, 2]);
    const id = node.compute("MEAN", { keepDims: true }, [image, axes], arrange(layout, to, 1));
    return node.result(id, to, layout);
  },
};

export const globalMaxPool: Translator = {
  layout: "image",
  moves: true,

  translate(node) {
    const { shape } = node.input(0);
    requireImage(node);
    const image = node.moved(node.input(0)).channelsLast();
    const [, filterHeight, filterWidth] = node.builder.tensors[image].shape;
    const to = [...shape.slice(0, 2), ...shape.slice(2).map(() => 1)];
    const layout = channelsLast(shape.length);
    const window = { padding: "VALID", strideHeight: 1, strideWidth: 1, activation: "NONE" } as const;
    const id = node.move(
      "MAX_POOL_2D",
      { ...window, filterHeight, filterWidth },
      [image],
      arrange(layout, to, 1),
    );
    return node.result(id, to, layout);
  },
};

function requireImage(node: OnnxNode): void {
  const { length } = node.input(0).shape;
  if (length !== 3 && length !== 4)
    node.refuse("rank", { role: "the input", found: length, supported: "3 (NCW) and 4 (NCHW)" });
}

function readPool(node: OnnxNode) {
  const input = node.input(0);
  const kernel = node.attributes.ints("kernel_shape") ?? [];
  const window = readWindow(node, input.shape, kernel);
  const image = node.moved(input).channelsLast();
  const [batches, channels] = input.shape;
  return { image, window, shape: outputShape(window, batches, channels) };
}

function attributes(window: Extents, padding: "SAME" | "VALID") {
  return {
    ...windowAttributes(window, padding),
    filterHeight: window.height.filter,
    filterWidth: window.width.filter,
    activation: "NONE" as const,
  };
}
