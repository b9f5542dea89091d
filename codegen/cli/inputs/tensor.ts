import { Tensor, type TensorInfo } from "../../../runtime/tensor.js";
import type { Report } from "../../emit/report.js";
import { DTYPE_BYTES, elements } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";

/** A model input or output, as files of values are read for it and written from it. */
export type EdgeTensor = Omit<TensorInfo, "offset">;

/**
 * The model's inputs or outputs, in order.
 *
 * @throws Refusal `stage-alone` for what only other stages of the model read and write
 */
export function edges(report: Report, ids: readonly number[]): EdgeTensor[] {
  return ids.map((id) => {
    const {
      name,
      shape,
      dtype,
      scale = 1,
      zeroPoint = 0,
      lanes,
    } = report.tensors.find((tensor) => tensor.id === id)!;
    if (lanes) refuse("stage-alone", { tensor: name });
    const length = elements(shape);
    return { name, shape, dtype: dtype as EdgeTensor["dtype"], scale, zeroPoint, length };
  });
}

/** Bytes of one element, and of the whole tensor. */
export function elementBytes({ dtype }: EdgeTensor): number {
  return DTYPE_BYTES[dtype];
}

export function tensorBytes(tensor: EdgeTensor): number {
  return tensor.length * elementBytes(tensor);
}

/** A tensor of the runtime over memory of its own, so that files are quantized by the very rule that devices follow. */
export function detached(info: EdgeTensor, bytes?: Uint8Array): Tensor {
  const buffer = new ArrayBuffer((tensorBytes(info) + 3) & ~3);
  if (bytes) new Uint8Array(buffer).set(bytes);
  const none = new ArrayBuffer(0);
  return new Tensor(
    { ...info, offset: 0 },
    {
      int8: new Int8Array(buffer),
      uint8: new Uint8Array(buffer),
      int16: new Int16Array(buffer),
      int32: new Int32Array(buffer),
      float32: new Float32Array(buffer),
      weights8: new Int8Array(none),
      weights16: new Int16Array(none),
      weights32: new Int32Array(none),
      planes: [],
    },
  );
}

/**
 * Real values as the tensor's bytes; a multiple of its length is that many steps.
 *
 * @param path where the values are from, for messages
 */
export function quantized(values: ArrayLike<number>, tensor: EdgeTensor, path: string): Uint8Array {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i])) refuse("input-not-finite", { path, element: i });
  const steps = detached({ ...tensor, length: values.length });
  steps.quantize(values);
  const { buffer, byteOffset, byteLength } = steps.data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
