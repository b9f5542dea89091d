import { decode8, FLOAT8 } from "../arithmetic/float8.js";
import { elementsOf } from "./elements.js";
import { elements, type Tensor } from "./graph.js";

/** The real values of a constant: dequantized where it is quantized. */
export function realValues({
  dtype,
  shape,
  data,
  quantization,
}: Pick<Tensor, "dtype" | "shape" | "data" | "quantization">): Float32Array {
  const format = FLOAT8[dtype];
  const values = format
    ? Float32Array.from(data!, (code) => decode8(code, format))
    : elementsOf(dtype, data!);
  if (!quantization) return Float32Array.from(values as ArrayLike<number>, Number);
  const { scales, zeroPoints, axis } = quantization;
  const inner = elements(shape.slice(axis + 1));
  return Float32Array.from({ length: values.length }, (_, i) => {
    const channel = scales.length === 1 ? 0 : Math.floor(i / inner) % scales.length;
    return (Number(values[i]) - zeroPoints[channel]) * scales[channel];
  });
}
