import type { Memory } from "../../runtime/layer.js";

/** What kernels work on, for tests that call them without a network. */
export function memoryOf(arenaBytes: number, weights = new Uint8Array(0)): Memory {
  const arena = new ArrayBuffer(Math.ceil(arenaBytes / 4) * 4);
  const constants = new ArrayBuffer(Math.ceil(weights.length / 4) * 4);
  new Uint8Array(constants).set(weights);
  return {
    int8: new Int8Array(arena),
    uint8: new Uint8Array(arena),
    int16: new Int16Array(arena),
    int32: new Int32Array(arena),
    float32: new Float32Array(arena),
    weights8: new Int8Array(constants),
    weights16: new Int16Array(constants),
    weights32: new Int32Array(constants),
    planes: [],
  };
}
