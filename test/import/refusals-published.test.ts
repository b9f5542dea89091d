/** Refusals of files that exploited published vulnerabilities of TensorFlow Lite. */
import { describe, test } from "vitest";
import * as schema from "../../codegen/import/tflite/schema.js";
import { bytes, int32, int32s } from "./flat.js";
import { code, convModel, operator } from "./raw-model.js";
import { expectRefused, type Spoil, spoiled, wired } from "./spoil.js";

describe("published vulnerabilities of TensorFlow Lite", () => {
  test("CVE-2023-27579: a filter with less than one input channel", () => {
    const spoil: Spoil = ({ tensors }) => {
      tensors[1][schema.Tensor.shape] = int32s([2, 2, 2, 0]);
    };
    expectRefused(spoiled(convModel(), spoil), "dimension");
  });

  test("CVE-2022-21741: a depthwise convolution with stride 0", () => {
    const { DepthwiseConv2DOptions: depthwise } = schema;
    const options = {
      [depthwise.strideW]: int32(0),
      [depthwise.strideH]: int32(1),
      [depthwise.depthMultiplier]: int32(2),
    };
    const found = spoiled(convModel(), ({ operators }, { codes }) => {
      codes[0] = code("DEPTHWISE_CONV_2D");
      operators[0] = operator(0, [0, 1, 2], [3], [depthwise.type, options]);
    });
    expectRefused(found, "attribute-not-positive");
  });

  test("CVE-2021-37680: a dense layer whose weights have no columns", () => {
    const found = spoiled(convModel(), ({ tensors, operators }, { codes }) => {
      codes[0] = code("FULLY_CONNECTED");
      tensors[1][schema.Tensor.shape] = int32s([2, 0]);
      operators[0] = operator(0, [0, 1, 2], [3]);
    });
    expectRefused(found, "dimension");
  });

  test("CVE-2020-15210: one tensor as input and output of an operator", () => {
    expectRefused(spoiled(convModel(), wired([3, 1, 2], [3])), "input-is-output");
  });

  test("TFSA-2020-005: index −1 where a tensor is required", () => {
    expectRefused(spoiled(convModel(), wired([-1, 1, 2], [3])), "input-missing");
  });

  test("TFSA-2020-007: weights with an empty buffer", () => {
    const spoil: Spoil = ({ tensors }) => {
      tensors[1][schema.Tensor.buffer] = int32(0);
    };
    expectRefused(spoiled(convModel(), spoil), "tensor-never-produced");
  });

  test("TFSA-2020-008: weights for another number of channels", () => {
    const found = spoiled(convModel(), ({ tensors }, { buffers }) => {
      tensors[1][schema.Tensor.shape] = int32s([2, 2, 2, 3]);
      buffers[1] = { [schema.Buffer.data]: bytes(new Uint8Array(24)) };
    });
    expectRefused(found, "shape");
  });

  test("TFSA-2020-009: a negative tensor index", () => {
    expectRefused(spoiled(convModel(), wired([-2, 1, 2], [3])), "tensor-index");
  });
});
