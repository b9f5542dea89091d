import type { Memory } from "./layer.js";

/** The arena in signed integers of 1, 2 or 4 bytes. */
export function signedView(memory: Memory, bytes: number): Int8Array | Int16Array | Int32Array {
  return bytes === 1 ? memory.int8 : bytes === 2 ? memory.int16 : memory.int32;
}
