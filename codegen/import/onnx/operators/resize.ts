import { elements } from "../../../graph/graph.js";
import { nearestSources } from "../../../ops/resize-nearest-neighbor.js";
import { arrange, channelsLast } from "../layout.js";
import type { OnnxNode } from "../node.js";
import type { Translator } from "../translator.js";
import { sameShape } from "./shape.js";

/**
 * Resize and Upsample to the nearest pixel. Both say which pixel that is in their own way; where none of TFLite's ways
 * chooses the same ones for these sizes, it is refused.
 */
export const resize: Translator = {
  layout: "image",
  moves: true,

  translate(node) {
    const value = node.input(0);
    const { shape } = value;
    const mode = node.attributes.string("mode", "nearest");
    if (mode !== "nearest") node.attributes.refuse("mode", mode, "nearest");
    if (shape.length !== 4)
      node.refuse("rank", { role: "the input", found: shape.length, supported: "4 (NCHW)" });
    const { sizes, scales } = readSizes(node, shape);
    if (sizes[0] !== shape[0] || sizes[1] !== shape[1])
      node.attributes.refuse("the size", `[${sizes.join(", ")}]`, "batches and channels as they are");
    const wanted = [2, 3].map((axis) => sources(node, shape[axis], sizes[axis], scales[axis]));
    const ways = [false, true].flatMap((alignCorners) =>
      [false, true].map((halfPixelCenters) => ({ alignCorners, halfPixelCenters })),
    );
    const way =
      ways.find((attributes) =>
        [2, 3].every((axis, i) => sameShape(nearestSources(shape[axis], sizes[axis], attributes), wanted[i])),
      ) ??
      node.attributes.refuse("the choice of pixels", `[${shape}] to [${sizes}]`, "those of whole factors");
    const size = node.indexes("size", sizes.slice(2));
    const layout = channelsLast(4);
    const image = node.moved(value).channelsLast();
    const id = node.move("RESIZE_NEAREST_NEIGHBOR", way, [image, size], arrange(layout, sizes, 1));
    return node.result(id, sizes, layout);
  },
};

/** The output's shape and by what each axis grows. Upsample and Resize-10 have scales; later there may be sizes. */
function readSizes(node: OnnxNode, shape: readonly number[]) {
  node.attributes.ignore("cubic_coeff_a", "exclude_outside", "extrapolation_value", "antialias");
  const named = node.source.opType === "Upsample" || node.opset < 11;
  const list = named
    ? node.opset < 9
      ? node.attributes.floats("scales")
      : node.numbers(1, "scales")
    : node.numbers(2, "scales");
  const given = list?.length ? list : undefined;
  const wanted = named ? undefined : node.numbers(3, "sizes");
  if (node.attributes.ints("axes")) node.attributes.refuse("axes", "given", "all axes");
  const policy = node.attributes.string("keep_aspect_ratio_policy", "stretch");
  if (policy !== "stretch") node.attributes.refuse("keep_aspect_ratio_policy", policy, "stretch");
  const sizes = given ? shape.map((size, axis) => Math.floor(size * given[axis])) : wanted;
  if (sizes?.length !== shape.length || sizes.some((size) => !Number.isInteger(size) || size < 1))
    node.refuse("shape", { why: `[${shape.join(", ")}] resized to [${(sizes ?? []).join(", ")}]` });
  if (elements(sizes) > 2 ** 24) node.refuse("too-large", { shape: sizes });
  return { sizes, scales: given ?? sizes.map((size, axis) => size / shape[axis]) };
}

/** The index along an axis of the input for each of the output, as ONNX's Resize defines it. */
function sources(node: OnnxNode, input: number, output: number, scale: number): number[] {
  const { attributes } = node;
  const before = node.source.opType === "Upsample" || node.opset < 11;
  const transformation = before
    ? "asymmetric"
    : attributes.string("coordinate_transformation_mode", "half_pixel");
  const rounding = before ? "floor" : attributes.string("nearest_mode", "round_prefer_floor");
  const original = (x: number): number => {
    switch (transformation) {
      case "asymmetric":
        return x / scale;
      case "align_corners":
        return output === 1 ? 0 : (x * (input - 1)) / (output - 1);
      case "half_pixel":
        return (x + 0.5) / scale - 0.5;
      case "pytorch_half_pixel":
        return output === 1 ? 0 : (x + 0.5) / scale - 0.5;
      default:
        return attributes.refuse("coordinate_transformation_mode", transformation, "half_pixel and the like");
    }
  };
  const round =
    ROUNDINGS[rounding] ?? attributes.refuse("nearest_mode", rounding, Object.keys(ROUNDINGS).join(", "));
  return Array.from({ length: output }, (_, x) => Math.max(0, Math.min(input - 1, round(original(x)))));
}

const ROUNDINGS: Readonly<Record<string, (x: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
};
