/** Quantized values as ONNX's QuantizeLinear and DequantizeLinear describe them, and as TFLite has them. */
import { roundingLead } from "../../arithmetic/rounding-lead.js";
import { elements, type Quantization } from "../../graph/graph.js";
import { type Constant, constantOf, numbers, realValues } from "./constant.js";
import type { Target } from "./node.js";

const INT32_MAX = 2 ** 31 - 1;

/** uint8 as int8: 128 less, and so is the zero point. */
export function signed({ shape, dtype, data, quantization }: Constant): Constant {
  if (dtype !== "uint8") return { shape, dtype, data, ...(quantization && { quantization }) };
  return {
    shape,
    dtype: "int8",
    data: data.map((byte) => byte ^ 0x80),
    ...(quantization && { quantization: shifted(quantization) }),
  };
}

/** The quantization of uint8 for values that are 128 less. */
export function shifted(quantization: Quantization): Quantization {
  return { ...quantization, zeroPoints: quantization.zeroPoints.map((zeroPoint) => zeroPoint - 128) };
}

/**
 * A bias in int32, in steps of input scale × weight scale. One that has just these scales keeps its values; another one
 * is rounded to them, less what the output's double rounding adds.
 */
export function quantizedBias(
  bias: Constant,
  inputScale: number,
  weights: Constant,
  { activation, quantization }: Target,
): Constant {
  const count = elements(bias.shape);
  const weightScales = weights.quantization?.scales ?? [1];
  const scales = Array.from({ length: count }, (_, i) =>
    Math.fround(inputScale * (weightScales[i] ?? weightScales[0])),
  );
  const given = bias.quantization?.scales ?? [];
  const same =
    bias.dtype === "int32" &&
    scales.every((scale, i) => Math.abs((given[i] ?? given[0] ?? 0) - scale) <= 1e-6 * scale);
  const values = same
    ? numbers(bias)
    : Array.from(realValues(bias), (value, i) => {
        const lead = roundingLead(scales[i] / quantization.scales[0], activation, quantization.zeroPoints[0]);
        return Math.max(-INT32_MAX, Math.min(INT32_MAX, Math.round(value / scales[i] - lead)));
      });
  const perChannel = weightScales.length > 1;
  return {
    ...constantOf(values, "int32", bias.shape),
    quantization: {
      scales: perChannel ? scales : scales.slice(0, 1),
      zeroPoints: new Array<number>(perChannel ? count : 1).fill(0),
      axis: 0,
    },
  };
}
