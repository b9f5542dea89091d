/** QUANTIZE and DEQUANTIZE: reference/{quantize,requantize,dequantize}.h. */
import { quantizeMultiplier } from "./fixed-point.js";
import {
  clamp,
  float,
  type OutputQuantization,
  type Range,
  type ReferenceTensor,
  type Result,
  round,
  scaleAndClamp,
} from "./tensor.js";

/** AffineQuantize of float32 values. */
export function affineQuantize(input: ReferenceTensor, output: OutputQuantization, range: Range): Result {
  return {
    shape: input.shape,
    values: input.values.map((value) => clamp(round(float(value / output.scale)) + output.zeroPoint, range)),
  };
}

/** Requantize between integers; its fast path for a shift by 128 gives the same. */
export function requantize(input: ReferenceTensor, output: OutputQuantization, range: Range): Result {
  const multiplier = quantizeMultiplier(input.scales[0] / output.scale);
  return {
    shape: input.shape,
    values: input.values.map((value) =>
      scaleAndClamp(BigInt(value - input.zeroPoint), multiplier, output.zeroPoint, range),
    ),
  };
}

/** Dequantize: a product in double, then float32. */
export function dequantize(input: ReferenceTensor): Result {
  return {
    shape: input.shape,
    values: input.values.map((value) => float(input.scales[0] * (value - input.zeroPoint))),
  };
}
