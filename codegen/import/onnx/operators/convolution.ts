import type { TensorId } from "../../../graph/graph.js";
import { arranged, type Constant } from "../constant.js";
import { arrange, channelsLast, type Layout } from "../layout.js";
import type { OnnxNode } from "../node.js";
import type { Translator } from "../translator.js";
import type { Value } from "../value.js";
import {
  type Extents,
  outputShape,
  paddedShape,
  paddingOf,
  paddings,
  readWindow,
  windowAttributes,
} from "./window.js";

/** Weights [outputs, 1, …] as 1HWO: depthwise filters lie side by side. */
function depthwiseLayout(rank: number): Layout {
  return { axes: rank === 3 ? [1, null, 2, 0] : [1, 2, 3, 0] };
}

/** Conv with one group, or with one a channel. */
export const convolution: Translator = {
  layout: "image",
  fuses: true,
  operands: 2,

  translate(node) {
    const input = node.input(0);
    const [batches, channels] = input.shape;
    const weights = node.element(node.constant(1, "the weights"));
    const [filters, depth] = weights.shape;
    const kernel = weights.shape.slice(2);
    node.attributes.ignore("kernel_shape"); // the weights say it
    const window = readWindow(node, input.shape, kernel);
    const groups = node.attributes.int("group", 1);
    const depthwise = groups === channels && depth === 1 && filters % channels === 0;
    if (!depthwise && groups !== 1)
      node.attributes.refuse("group", `${groups} over ${channels} channels`, `1 and ${channels}`);
    if (!depthwise && depth !== channels)
      node.refuse("shape", { why: `filters ${depth} channels deep over an input of ${channels}` });

    const image = node.stored(input).channelsLast();
    const { image: from, padding } = padded(node, image, window);
    const shape = outputShape(window, batches, filters);
    const layout = channelsLast(shape.length);
    const attributes = {
      ...windowAttributes(window, padding),
      dilationHeight: window.height.dilation,
      dilationWidth: window.width.dilation,
      activation: node.activation,
    };
    const result = (id: TensorId): Value => node.result(id, shape, layout);
    const to = arrange(layout, shape, 1);
    const bias = readBias(node, from, weights);
    if (!depthwise) {
      const filter = node.known("weights", arranged(weights, channelsLast(weights.shape.length)));
      return result(node.compute("CONV_2D", attributes, [from, filter, bias], to));
    }
    const filter = node.known("weights", arranged(weights, depthwiseLayout(weights.shape.length)));
    const depthMultiplier = filters / channels;
    return result(
      node.compute("DEPTHWISE_CONV_2D", { ...attributes, depthMultiplier }, [from, filter, bias], to),
    );
  },
};

function readBias(node: OnnxNode, input: TensorId, weights: Constant): TensorId | null {
  if (!node.inputs[2]) return null;
  const bias = node.constant(2, "the bias");
  if (bias.shape.length !== 1 || bias.shape[0] !== weights.shape[0])
    node.refuse("shape", { why: `a bias [${bias.shape.join(", ")}] for ${weights.shape[0]} filters` });
  return node.bias(bias, input, weights);
}

/** An image with zeros around it, where the window's own padding does not say what is meant. */
function padded(node: OnnxNode, image: TensorId, window: Extents) {
  const padding = paddingOf(window);
  if (padding) return { image, padding };
  const [batches, , , channels] = node.builder.tensors[image].shape;
  const shape = paddedShape(window, batches, channels);
  const sizes = node.indexes("paddings", paddings(window), [4, 2]);
  return { image: node.move("PAD", {}, [image, sizes], shape, "padded"), padding: "VALID" as const };
}
