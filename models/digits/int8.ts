/**
 * TFLite's int8 scheme: symmetric int8 weights, asymmetric int8 activations, int32 biases.
 * https://ai.google.dev/edge/litert/models/quantization_spec
 */
import type { Quantization } from "../../codegen/graph/graph.js";

/** Least and greatest value of an activation. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Values and how they are quantized. */
export interface Quantized<Data> {
  readonly data: Data;
  readonly quantization: Quantization;
}

/** One scale and zero point for a whole tensor; files keep scales as float32. */
export function perTensor(scale: number, zeroPoint: number): Quantization {
  return { scales: [Math.fround(scale)], zeroPoints: [zeroPoint], axis: 0 };
}

/** The quantization of an activation: the range, stretched to hold 0, over all 256 steps. */
export function activation(range: Range): Quantization {
  const min = Math.min(0, range.min);
  const max = Math.max(0, range.max);
  const scale = (max - min) / 255;
  return perTensor(scale, Math.round(-128 - min / scale));
}

/**
 * Weights in −127 to 127, the greatest magnitude at ±127.
 *
 * @param axis the dimension that gets one scale an index, or null for one scale in all
 */
export function quantizeWeights(
  weights: Float32Array,
  shape: readonly number[],
  axis: number | null,
): Quantized<Int8Array> {
  const channels = axis === null ? 1 : shape[axis];
  const inner = axis === null ? weights.length : shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const channelOf = (i: number) => Math.floor(i / inner) % channels;
  const greatest = new Float32Array(channels);
  weights.forEach((w, i) => {
    greatest[channelOf(i)] = Math.max(greatest[channelOf(i)], Math.abs(w));
  });
  const scales = Array.from(greatest, (value) => Math.fround(value / 127));
  return {
    data: Int8Array.from(weights, (w, i) => Math.round(w / scales[channelOf(i)])),
    quantization: { scales, zeroPoints: scales.map(() => 0), axis: axis ?? 0 },
  };
}

/** Biases in steps of input scale × weight scale, as they are added to sums of products. */
export function quantizeBias(
  bias: Float32Array,
  input: Quantization,
  weights: Quantization,
): Quantized<Int32Array> {
  const scales = weights.scales.map((scale) => Math.fround(scale * input.scales[0]));
  return {
    data: Int32Array.from(bias, (b, i) => Math.round(b / (scales[i] ?? scales[0]))),
    quantization: { scales, zeroPoints: scales.map(() => 0), axis: 0 },
  };
}
