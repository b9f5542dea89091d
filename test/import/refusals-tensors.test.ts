/** Refusals of the importer: tensors and their quantization. */
import { describe, test } from "vitest";
import * as schema from "../../codegen/import/tflite/schema.js";
import { bytes, int8, int32, int32s, int64, table } from "./flat.js";
import { convModel, quantization, tensor, type } from "./raw-model.js";
import { type Case, expectRefused, type Spoil, spoiled } from "./spoil.js";

const tensorCases: Case[] = [
  [
    "float16",
    "tensor-type",
    ({ tensors }) => {
      tensors[0][schema.Tensor.type] = type("float16");
    },
  ],
  [
    "a type of the future",
    "tensor-type",
    ({ tensors }) => {
      tensors[0][schema.Tensor.type] = int8(99);
    },
  ],
  [
    "a sparse tensor",
    "tensor-sparse",
    ({ tensors }) => {
      tensors[1][schema.Tensor.sparsity] = table({});
    },
  ],
  [
    "data in another file",
    "tensor-external",
    ({ tensors }) => {
      tensors[1][schema.Tensor.externalBuffer] = int32(1);
    },
  ],
  [
    "a variable tensor with data",
    "variable-tensor-data",
    ({ tensors }) => {
      tensors[1][schema.Tensor.isVariable] = int8(1);
    },
  ],
  [
    "a custom quantization",
    "quantization-details",
    ({ tensors }) => {
      tensors[1][schema.Tensor.quantization] = table({
        [schema.QuantizationParameters.detailsType]: int8(1),
      });
    },
  ],
  [
    "data after the flatbuffer that ends beyond the file",
    "file-truncated",
    (_, { buffers }) => {
      buffers[1] = { [schema.Buffer.offset]: int64(100n), [schema.Buffer.size]: int64(1n << 40n) };
    },
  ],
  [
    "a buffer longer than shape × type",
    "data-length",
    (_, { buffers }) => {
      buffers[1] = buffers[2] = long();
    },
  ],
  [
    "a dimension of 0",
    "dimension",
    ({ tensors }) => {
      tensors[0][schema.Tensor.shape] = int32s([1, 0, 4, 1]);
    },
  ],
  [
    "a negative dimension",
    "dimension",
    ({ tensors }) => {
      tensors[0][schema.Tensor.shape] = int32s([-1, 4, 4, 1]);
    },
  ],
  [
    "dimensions whose product passes 2^53",
    "too-large",
    ({ tensors }) => {
      tensors[0][schema.Tensor.shape] = int32s([2 ** 30, 2 ** 30, 4, 1]);
    },
  ],
  [
    "nine dimensions",
    "too-many-dimensions",
    ({ tensors }) => {
      tensors[0][schema.Tensor.shape] = int32s(Array(9).fill(1));
    },
  ],
  [
    "tensors that take too much together",
    "all-too-large",
    ({ tensors }) => {
      for (let i = 0; i < 5; i++) tensors.push(tensor("unused", [2 ** 24]));
    },
  ],
];

const long = () => ({ [schema.Buffer.data]: bytes(new Uint8Array(9)) });

const quantized =
  (scales: number[], zeroPoints: number[], axis?: number): Spoil =>
  ({ tensors }) => {
    tensors[1][schema.Tensor.quantization] = quantization(scales, zeroPoints, axis);
  };

const quantizationCases: Case[] = [
  ["a scale of NaN", "scale", quantized([0.5, Number.NaN], [0, 0])],
  ["an infinite scale", "scale", quantized([0.5, Number.POSITIVE_INFINITY], [0, 0])],
  ["a scale of 0", "scale", quantized([0.5, 0], [0, 0])],
  ["a negative scale", "scale", quantized([0.5, -1], [0, 0])],
  ["a zero point without a scale", "scale-count", quantized([], [0])],
  ["a scale without a zero point", "scale-count", quantized([0.5], [])],
  [
    "no scale where one is needed",
    "quantization-missing",
    ({ tensors }) => delete tensors[0][schema.Tensor.quantization],
  ],
  ["a zero point outside int8", "zero-point", quantized([0.5, 0.5], [0, 128])],
  ["an axis beyond the dimensions", "axis", quantized([0.5, 0.5], [0, 0], 4)],
  ["a negative axis", "axis", quantized([0.5, 0.5], [0, 0], -1)],
  ["three scales for two channels", "scale-count", quantized([0.5, 0.5, 0.5], [0, 0, 0])],
  ["a weight zero point that is not 0", "weight-zero-point", quantized([0.5, 0.25], [0, 1])],
  [
    "a bias scale that is not input × weight",
    "bias-scale",
    ({ tensors }) => {
      tensors[2][schema.Tensor.quantization] = quantization([0.25, 1], [0, 0]);
    },
  ],
];

describe.each([
  ["tensors", tensorCases],
  ["quantization", quantizationCases],
])("%s", (_, cases) => {
  test.each(cases)("%s is refused", (_, code, spoil) => {
    expectRefused(spoiled(convModel(), spoil), code);
  });
});
