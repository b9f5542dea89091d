/** Tensors as they are once they are quantized, with gradients as if they were not. */
import type { Tensor } from "@tensorflow/tfjs-core";
import { ACTIVATION_RANGES, isFloat8, type WeightFormat } from "../quantize/formats.js";
import { type ActivationType, rounded } from "../quantize/types.js";
import { float8Row, quantizeRow } from "../quantize/weights.js";
import { straightThrough } from "./straight-through.js";

/** An activation; gradients pass where it is not clamped. */
export function fakeQuantizeActivation(x: Tensor, type: ActivationType): Tensor {
  const { min, max } = ACTIVATION_RANGES[type.format];
  const [low, high] = [min, max].map((end) => (end - type.zeroPoint) * type.scale);
  return straightThrough(x, (real) => {
    const passes = new Float32Array(real.length);
    for (let i = 0; i < real.length; i++) passes[i] = real[i] >= low && real[i] <= high ? 1 : 0;
    return { values: rounded(real, type), passes };
  });
}

/**
 * Weights, rounded as `quantize` rounds them to the nearest; gradients pass everywhere.
 *
 * @param channels the elements of each output channel
 */
export function fakeQuantizeWeights(
  x: Tensor,
  format: WeightFormat,
  channels: readonly Int32Array[],
): Tensor {
  return straightThrough(x, (real) => {
    const values = new Float32Array(real.length);
    for (const indexes of channels) {
      const row = Float64Array.from(indexes, (i) => real[i]);
      const { scale, values: found } = isFloat8(format)
        ? float8Row(row, format, 0)
        : quantizeRow(row, format, 0);
      indexes.forEach((index, i) => {
        values[index] = scale * found[i];
      });
    }
    return { values };
  });
}
