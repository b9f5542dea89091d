/** Parts of constants. */
import { DTYPE_BYTES, elements, type Quantization, type Tensor } from "../../../graph/graph.js";

/** A constant with some indexes of a dimension only, in their order, and with their scales. */
export function selected(tensor: Tensor, axis: number, kept: readonly number[]): Tensor {
  const { shape, dtype, data, quantization } = tensor;
  const inner = elements(shape.slice(axis + 1)) * DTYPE_BYTES[dtype];
  const outer = elements(shape.slice(0, axis));
  const parts = new Uint8Array(outer * kept.length * inner);
  for (let block = 0; block < outer; block++)
    kept.forEach((index, i) => {
      const from = (block * shape[axis] + index) * inner;
      parts.set(data!.subarray(from, from + inner), (block * kept.length + i) * inner);
    });
  return {
    ...tensor,
    shape: shape.with(axis, kept.length),
    data: parts,
    ...(quantization && { quantization: selectedScales(quantization, axis, kept) }),
  };
}

function selectedScales(quantization: Quantization, axis: number, kept: readonly number[]): Quantization {
  const { scales, zeroPoints } = quantization;
  if (scales.length === 1 || quantization.axis !== axis) return quantization;
  const scale = kept.map((index) => scales[index]);
  const zeroPoint = kept.map((index) => zeroPoints[index]);
  return { scales: scale, zeroPoints: zeroPoint, axis: kept.length === 1 ? 0 : axis };
}

/** A bias with something added to each element, in its own type. */
export function increased(bias: Tensor, by: Float64Array): Tensor {
  const { dtype, data } = bias;
  const bytes = Uint8Array.from(data!).buffer;
  const view = new DataView(bytes);
  by.forEach((value, i) => {
    if (dtype === "float32") view.setFloat32(4 * i, view.getFloat32(4 * i, true) + value, true);
    else if (dtype === "int64") view.setBigInt64(8 * i, view.getBigInt64(8 * i, true) + BigInt(value), true);
    else view.setInt32(4 * i, view.getInt32(4 * i, true) + value, true);
  });
  return { ...bias, data: new Uint8Array(bytes) };
}

/** A bias of zeros for a layer that has none: float32, or int32 in steps of the input's scale times the weights'. */
export function zeroBias(name: string, input: Tensor, weights: Tensor): Tensor {
  const channels = weights.shape[0];
  const data = new Uint8Array(4 * channels);
  if (input.dtype === "float32") return { name, shape: [channels], dtype: "float32", data };
  const { scales, zeroPoints } = weights.quantization!;
  const [scale] = input.quantization!.scales;
  const quantization = {
    scales: scales.map((own) => Math.fround(own * scale)),
    zeroPoints: zeroPoints.map(() => 0),
    axis: 0,
  };
  return { name, shape: [channels], dtype: "int32", data, quantization };
}
