import type { Elements } from "../../graph/elements.js";
import { elements } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import { malformedAs } from "./malformed.js";
import { type EdgeTensor, quantized } from "./tensor.js";

/** NumPy's names of the types that hold a tensor's own, raw values. */
const RAW = { int8: "i1", uint8: "u1", int16: "i2", int32: "i4", float32: "f4" } as const;

/** NumPy's names of the types that hold real values, to be quantized. */
const REAL = ["f2", "f4", "f8"];

/** What an .npy file holds, in C order. */
export interface NpyArray {
  /** NumPy's name of the type, such as `u1`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** float16 as float32. */
  readonly values: Elements | Uint16Array | Uint32Array | BigUint64Array | Float64Array;
}

/** The numbers in an .npy file, of whatever type. */
export async function parseNpy(bytes: Uint8Array, path: string): Promise<NpyArray> {
  const { parse } = await import("npyjs");
  const malformed = malformedAs(".npy file", path);
  const { data, shape, dtype, fortranOrder } = (() => {
    try {
      return parse(Uint8Array.from(bytes).buffer);
    } catch (error) {
      return malformed(error);
    }
  })();
  if (fortranOrder) return malformed("its order is Fortran's; save it in C order");
  const values = data as NpyArray["values"];
  if (values.length !== elements(shape))
    return malformed(`${values.length} values for shape [${shape.join(", ")}]`);
  return { dtype, shape, values };
}

/**
 * The bytes of one step or more from an .npy file: raw values in the tensor's own type, real values in float16, float32
 * or float64. Its shape is the tensor's, dimensions of size 1 aside, with the number of steps before it if there are more.
 */
export async function readNpy(bytes: Uint8Array, tensor: EdgeTensor, path: string): Promise<Uint8Array> {
  const { values, shape, dtype } = await parseNpy(bytes, path);
  const isRaw = dtype === RAW[tensor.dtype];
  if (!isRaw && !REAL.includes(dtype))
    return refuse("input-type", { path, found: dtype.slice(0, 20), expected: `${tensor.dtype} or float32` });
  requireShape(shape, tensor, path);
  if (isRaw && dtype !== "f4") return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return quantized(values as Float32Array | Float64Array, tensor, path);
}

/** Refuses any other shape than the tensor's, which a number of samples may come before; dimensions of size 1 do not count. */
export function requireShape(
  shape: readonly number[],
  tensor: Pick<EdgeTensor, "shape">,
  path: string,
): void {
  const squeezed = (sizes: readonly number[]) => sizes.filter((size) => size !== 1).join();
  const expected = squeezed(tensor.shape);
  if (squeezed(shape) === expected || squeezed(shape.slice(1)) === expected) return;
  const text = (sizes: readonly number[]) => `shape [${sizes.join(", ")}]`;
  refuse("input-shape", { path, found: text(shape), expected: text(tensor.shape) });
}

/** A tensor's bytes as an .npy file of its own type. */
export async function writeNpy(values: Elements, shape: readonly number[]): Promise<Uint8Array> {
  const { dump } = await import("npyjs");
  return new Uint8Array(dump(values, [...shape]));
}
