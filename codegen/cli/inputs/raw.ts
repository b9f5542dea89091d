import { refuse } from "../../problems/problem.js";
import { type EdgeTensor, tensorBytes } from "./tensor.js";

/** The bytes of one step or more from a file of nothing but the tensor's own little-endian bytes. */
export function readRaw(bytes: Uint8Array, tensor: EdgeTensor, path: string): Uint8Array {
  const step = tensorBytes(tensor);
  if (bytes.length === 0 || bytes.length % step !== 0)
    return refuse("input-shape", {
      path,
      found: `${bytes.length} bytes`,
      expected: `${step} bytes or a multiple, for as many steps,`,
    });
  return bytes;
}
