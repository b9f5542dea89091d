import type { Layer, Memory } from "./layer.js";

/** A part of `weights.bin` that is kept in RAM: its byte offset there and in the copy, and its length. */
export interface HotPart {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/** What a model keeps in RAM; byte counts are multiples of 4. */
export interface HotWeights {
  readonly bytes: number;
  readonly parts: readonly HotPart[];
}

/** Copies weights to RAM, once, for the layers whose kernels are `hot`. */
export function keepHot(memory: Memory, { bytes, parts }: HotWeights): void {
  const copy = new ArrayBuffer(bytes);
  const weights8 = new Int8Array(copy);
  for (let p = 0; p < parts.length; p++) {
    const { from, to, length } = parts[p];
    for (let i = 0; i < length; i++) weights8[to + i] = memory.weights8[from + i];
  }
  const { weights16 } = memory;
  memory.hot = {
    int8: memory.int8,
    uint8: memory.uint8,
    int16: memory.int16,
    int32: memory.int32,
    float32: memory.float32,
    weights8,
    weights16: weights16.length > 0 ? new Int16Array(copy, 0, bytes >> 1) : weights16,
    weights32: new Int32Array(copy),
    planes: memory.planes,
  };
}

/** A kernel that reads the copy in place of `weights.bin`: the offsets of its layer are in there. */
export function hot<L extends Layer>(
  kernel: (memory: Memory, layer: L, tile: number) => void,
): (memory: Memory, layer: L, tile: number) => void {
  return (memory, layer, tile) => kernel(memory.hot!, layer, tile);
}
