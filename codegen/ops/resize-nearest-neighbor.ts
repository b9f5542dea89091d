import {
  type ResizeNearestNeighborLayer,
  resizeNearestNeighbor as resizeNearestNeighborKernel,
} from "../../runtime/resize-nearest-neighbor.js";
import { FLOAT8_TYPES } from "../arithmetic/float8.js";
import { DTYPE_BYTES } from "../graph/graph.js";
import { kernel, type Operator, tensor, words } from "./operator.js";
import { checkTypes, integersOf } from "./support/copy.js";
import { cut } from "./support/tiles.js";

export interface ResizeNearestNeighborAttributes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

const TYPES = ["int8", "int16", "float32", ...FLOAT8_TYPES] as const;

/** Each output pixel is the nearest one of the input (reference/resize_nearest_neighbor.h). */
export const resizeNearestNeighbor: Operator<ResizeNearestNeighborAttributes> = {
  kind: "RESIZE_NEAREST_NEIGHBOR",
  inputs: [2, 2],
  outputs: [1, 1],
  types: TYPES.join(", "),
  restrictions: "constant size",
  checked: "reference",

  check(node) {
    const { shape } = node.input(0);
    if (shape.length !== 4)
      node.refuse("rank", { role: "the input", found: shape.length, supported: "4 (NHWC)" });
    checkTypes(node, node.input(0), TYPES);
    const size = integersOf(node, 1, "the size", 2);
    if (size.some((length) => length < 1))
      node.refuse("attribute", {
        attribute: "the size",
        value: `[${size.join(", ")}]`,
        supported: "1 and above",
      });
  },

  infer(node) {
    const [batches, , , depth] = node.input(0).shape;
    return [[batches, ...integersOf(node, 1, "the size", 2), depth]];
  },

  lower(node) {
    const { shape, dtype } = node.input(0);
    const [batches, inputHeight, inputWidth, depth] = shape;
    const [, outputHeight, outputWidth] = node.output().shape;
    const pixelBytes = depth * DTYPE_BYTES[dtype];
    const rowBytes = inputWidth * pixelBytes;
    const outputRows = batches * outputHeight;
    const { perTile, tiles, work } = cut(outputRows, outputWidth);
    const starts = (axis: string, input: number, output: number, bytes: number) =>
      words(
        `${node.op.name}: ${axis}`,
        nearestSources(input, output, node.attributes).map((index) => index * bytes),
      );
    return kernel<ResizeNearestNeighborLayer>(
      {
        module: "resize-nearest-neighbor",
        kernel: resizeNearestNeighborKernel,
        layerType: "ResizeNearestNeighborLayer",
        tiles,
        work,
      },
      {
        input: tensor(node.inputId(0)),
        imageBytes: inputHeight * rowBytes,
        pixelBytes,
        rowStarts: starts("rows", inputHeight, outputHeight, rowBytes),
        columnStarts: starts("columns", inputWidth, outputWidth, pixelBytes),
        output: tensor(node.outputId()),
        outputHeight,
        outputWidth,
        outputRows,
        rowsPerTile: perTile,
      },
    );
  },
};

/** The index along an axis of the input for each of the output, in TFLite's float32 (GetNearestNeighbor). */
export function nearestSources(
  input: number,
  output: number,
  { alignCorners, halfPixelCenters }: ResizeNearestNeighborAttributes,
): number[] {
  const scale =
    alignCorners && output > 1 ? Math.fround((input - 1) / (output - 1)) : Math.fround(input / output);
  return Array.from({ length: output }, (_, i) => {
    const position = Math.fround((halfPixelCenters ? i + 0.5 : i) * scale);
    return Math.min(Math.floor(alignCorners ? position + 0.5 : position), input - 1);
  });
}
