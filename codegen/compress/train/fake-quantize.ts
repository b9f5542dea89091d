/** Tensors as they are once they are quantized, with gradients as if they were not. */
import type { Tensor } from "@tensorflow/tfjs-core";
import { ACTIVATION_RANGES, isFloat8, type WeightFormat } from "../quantize/formats.js";
import { type ActivationType, roundValues } from "../quantize/types.js";
import { float8Row, quantizeRow } from "../quantize/weights.js";
import { elementsOf, unfilled } from "./backend/heap.js";
import { operation } from "./backend/operation.js";
import { straightThrough } from "./straight-through.js";

/** An activation; gradients pass where it is not clamped. */
export function fakeQuantizeActivation(x: Tensor, type: ActivationType): Tensor {
  return fakeQuantized({ x }, type);
}

/** One pass over the elements each way, since activations are many. */
const fakeQuantized = operation({
  name: "FakeQuantized",
  saved: ["x"],
  run({ x }: { readonly x: Tensor }, type: ActivationType) {
    const output = unfilled(x.shape);
    const [values, results] = elementsOf(x, output);
    roundValues(values, type, results);
    return output;
  },
  gradients: (slope, { x }, { format, scale, zeroPoint }) => ({
    x() {
      const { min, max } = ACTIVATION_RANGES[format];
      const [low, high] = [min, max].map((end) => (end - zeroPoint) * scale);
      const gradient = unfilled(x.shape);
      const [slopes, values, results] = elementsOf(slope, x, gradient);
      for (let i = 0; i < values.length; i++)
        results[i] = values[i] >= low && values[i] <= high ? slopes[i] : 0;
      return gradient;
    },
  }),
});

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
    return values;
  });
}
