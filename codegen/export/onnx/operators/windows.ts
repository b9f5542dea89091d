/** Windows over images, in ONNX's terms, and pools. */
import type { Node } from "../../../ops/node.js";
import type { PoolAttributes } from "../../../ops/support/pool.js";
import { type Window, windowConstants } from "../../../ops/support/window.js";
import { type Attributes, integers, text } from "../drafts.js";
import type { OnnxWriter } from "../writer.js";
import { activated, type Write } from "./write.js";

/** Padding before and after along each dimension as ONNX lists it: all that is before first. */
export function padsOf(pads: readonly { readonly before: number; readonly after: number }[]) {
  return integers([...pads.map(({ before }) => before), ...pads.map(({ after }) => after)]);
}

/** The attributes of a window over the image that is input 0. */
export function windowAttributes(node: Node<Window>, filter: readonly number[]): Attributes {
  const { strideHeight, strideWidth, dilationHeight = 1, dilationWidth = 1 } = node.attributes;
  const [height, width] = filter;
  const { padTop, padLeft } = windowConstants(node, height, width);
  const strides = [strideHeight, strideWidth];
  const dilations = [dilationHeight, dilationWidth];
  const pads = filter.map((size, i) => {
    const [input, output] = [node.input(0), node.output()].map(({ shape }) => shape[i + 1]);
    const before = [padTop, padLeft][i];
    const reach = (output - 1) * strides[i] + (size - 1) * dilations[i] + 1;
    return { before, after: Math.max(0, reach - input - before) };
  });
  return {
    kernel_shape: integers(filter),
    strides: integers(strides),
    pads: padsOf(pads),
    ...(dilations.some((dilation) => dilation > 1) && { dilations: integers(dilations) }),
  };
}

export function pool(opType: string, more: Attributes = {}) {
  return (writer: OnnxWriter, node: Node<PoolAttributes>): void => {
    const { filterHeight, filterWidth, activation } = node.attributes;
    const attributes = { ...windowAttributes(node, [filterHeight, filterWidth]), ...more };
    const result = writer.node(opType, [writer.image(node.inputId(0))], attributes);
    writer.storeImage(node.outputId(), activated(writer, result, activation));
  };
}

export const resize: Write<"RESIZE_NEAREST_NEIGHBOR"> = (writer, node) => {
  const { alignCorners, halfPixelCenters } = node.attributes;
  const way = alignCorners ? "align_corners" : halfPixelCenters ? "half_pixel" : "asymmetric";
  const rounding = alignCorners || halfPixelCenters ? "round_prefer_ceil" : "floor";
  const [batches, height, width, depth] = node.output().shape;
  const sizes = writer.longs("sizes", [batches, depth, height, width]);
  const attributes = { coordinate_transformation_mode: text(way), nearest_mode: text(rounding) };
  const inputs = [writer.image(node.inputId(0)), "", "", sizes];
  writer.storeImage(node.outputId(), writer.node("Resize", inputs, attributes));
};
