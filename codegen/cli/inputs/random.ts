import type { NamedVector } from "./read-inputs.js";
import { type EdgeTensor, elementBytes, tensorBytes } from "./tensor.js";

/** Bounds of random float32 and int32 inputs, whose tensors say nothing of their range. */
const REAL_RANGE = 4;
const INTEGER_RANGE = 256;

export interface RandomOptions {
  readonly count: number;
  readonly steps: number;
  /** The same seed gives the same vectors. */
  readonly seed: number;
}

/** Vectors of uniformly random inputs: quantized ones over the whole range of their type. */
export function randomVectors(
  tensors: readonly EdgeTensor[],
  { count, steps, seed }: RandomOptions,
): NamedVector[] {
  const next = generator(seed);
  return Array.from({ length: count }, (_, i) => ({
    name: `random ${i}`,
    steps: Array.from({ length: steps }, () =>
      Buffer.concat(tensors.map((tensor) => randomTensor(tensor, next))),
    ),
  }));
}

function randomTensor(tensor: EdgeTensor, next: () => number): Uint8Array {
  const bytes = new Uint8Array(tensorBytes(tensor));
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += elementBytes(tensor)) {
    const unit = next() / 2 ** 32;
    if (tensor.dtype === "float32") view.setFloat32(at, (2 * unit - 1) * REAL_RANGE, true);
    else if (tensor.dtype === "int32") view.setInt32(at, Math.floor(unit * INTEGER_RANGE), true);
    else if (tensor.dtype === "int16") view.setInt16(at, Math.floor(unit * 2 ** 16) - 2 ** 15, true);
    else bytes[at] = Math.floor(unit * 256);
  }
  return bytes;
}

/** Uniform 32-bit integers: a Weyl sequence through the finalizer of MurmurHash3. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return (x ^ (x >>> 16)) >>> 0;
  };
}
