/** Convolutions and dense layers. */
import type { Activation } from "../../../arithmetic/activation.js";
import { roundingLead } from "../../../arithmetic/rounding-lead.js";
import { elements, type TensorId } from "../../../graph/graph.js";
import type { Node } from "../../../ops/node.js";
import { type TransposeConvAttributes, padding as transposedPadding } from "../../../ops/transpose-conv.js";
import { integer, integers } from "../drafts.js";
import type { OnnxWriter } from "../writer.js";
import { padsOf, windowAttributes } from "./windows.js";
import { activated, reshaped, type Write } from "./write.js";

export const convolution: Write<"CONV_2D"> = (writer, node) => {
  const weights = writer.weights(node.inputId(1), { axes: [0, 3, 1, 2] });
  const attributes = windowAttributes(node, node.input(1).shape.slice(1, 3));
  const inputs = [writer.image(node.inputId(0)), weights, ...bias(writer, node)];
  const result = writer.node("Conv", inputs, attributes);
  writer.storeImage(node.outputId(), activated(writer, result, node.attributes.activation));
};

export const depthwise: Write<"DEPTHWISE_CONV_2D"> = (writer, node) => {
  const weights = writer.weights(node.inputId(1), { axes: [3, 0, 1, 2] });
  const group = integer(node.input(0).shape[3]);
  const attributes = { ...windowAttributes(node, node.input(1).shape.slice(1, 3)), group };
  const inputs = [writer.image(node.inputId(0)), weights, ...bias(writer, node)];
  const result = writer.node("Conv", inputs, attributes);
  writer.storeImage(node.outputId(), activated(writer, result, node.attributes.activation));
};

export const dense: Write<"FULLY_CONNECTED"> = (writer, node) => {
  const [filters, depth] = node.input(1).shape;
  const { shape } = node.input(0);
  const rows = elements(shape) / depth;
  const matrix = reshaped(writer, writer.real(node.inputId(0)), shape, [rows, depth]);
  const inputs = [matrix, writer.real(node.inputId(1)), ...bias(writer, node)];
  const sums = writer.node("Gemm", inputs, { transB: integer(1) });
  const result = activated(writer, sums, node.attributes.activation);
  writer.store(node.outputId(), reshaped(writer, result, [rows, filters], node.output().shape));
};

export const transposedConvolution: Write<"TRANSPOSE_CONV"> = (writer, node) => {
  const weights = writer.weights(node.inputId(1), { axes: [3, 0, 1, 2] });
  const inputs = [writer.image(node.inputId(2)), weights, ...bias(writer, node, { input: 2, bias: 3 })];
  const result = writer.node("ConvTranspose", inputs, transposedAttributes(node));
  writer.storeImage(node.outputId(), activated(writer, result, node.attributes.activation));
};

function transposedAttributes(node: Node<TransposeConvAttributes>) {
  const { strideHeight, strideWidth } = node.attributes;
  const strides = [strideHeight, strideWidth];
  const filter = node.input(1).shape.slice(1, 3);
  const { padTop, padLeft } = transposedPadding(node);
  const ends = filter.map((size, i) => {
    const before = [padTop, padLeft][i];
    const whole = strides[i] * (node.input(2).shape[i + 1] - 1) + size;
    return { before, after: whole - before - node.output().shape[i + 1] };
  });
  return {
    kernel_shape: integers(filter),
    strides: integers(strides),
    pads: padsOf(ends.map(({ before, after }) => ({ before, after: Math.max(0, after) }))),
    output_padding: integers(ends.map(({ after }) => Math.max(0, -after))),
  };
}

/**
 * The bias as a list of one input, or of none. Quantized, it is in int32 in steps of input scale × weight scale; where
 * rounding twice makes a difference that a bias can express, it is in float32 with that in it. So it is where it has 64 bits,
 * which DequantizeLinear does not take.
 */
function bias(
  writer: OnnxWriter,
  node: Node<{ readonly activation: Activation }>,
  at: { readonly input: number; readonly bias: number } = { input: 0, bias: 2 },
): string[] {
  const given = node.optional(at.bias);
  const input = node.input(at.input).quantization;
  const weights = node.input(1).quantization;
  const output = node.output();
  if (!input || !weights || !output.quantization) return given ? [writer.real(node.inputId(at.bias))] : [];
  const { scales, zeroPoints } = output.quantization;
  const steps = weights.scales.map((scale) => input.scales[0] * scale);
  const leads = steps.map((step) =>
    output.dtype === "int8" ? roundingLead(step / scales[0], node.attributes.activation, zeroPoints[0]) : 0,
  );
  if (given?.dtype === "int32" && leads.every((lead) => lead === 0)) {
    const quantization = { scales: steps.map(Math.fround), zeroPoints: steps.map(() => 0), axis: 0 };
    return [writer.known(node.inputId(at.bias), { ...given, quantization })];
  }
  const channels = node.output().shape.at(-1)!;
  const sums = given ? node.integers(at.bias, "the bias") : new Array<number>(channels).fill(0);
  if (!given && leads.every((lead) => lead === 0)) return [];
  const of = (values: readonly number[], i: number) => values[i] ?? values[0];
  const values = sums.map((sum, i) => (sum + of(leads, i)) * of(steps, i));
  return [writer.constant(biasName(writer, node, at.bias), [channels], values, "float32")];
}

function biasName(writer: OnnxWriter, node: Node, at: number): string {
  const id: TensorId | null | undefined = node.op.inputs[at];
  return id === null || id === undefined ? `${writer.name(node.outputId())}/bias` : writer.name(id);
}
