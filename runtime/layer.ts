/** What a generated model is made of: layers that run over one memory, tile by tile. */

/** Every array that kernels touch. Each is one view of a whole buffer: layers hold plain offsets, not views. */
export interface Memory {
  /** The arena as int8, uint8, int16, int32 and float32: activations and streaming variables. int16 is empty if none needs it. */
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly float32: Float32Array;
  /** `weights.bin` as int8, int16 and int32, read in place from flash; as int16 only if the model has any. */
  readonly weights8: Int8Array;
  readonly weights16: Int16Array;
  readonly weights32: Int32Array;
  /**
   * Activations at rest as BigInts, many in each: see lanes.ts. A layer makes it as long as it needs, which is seldom, and
   * sets those that nobody reads any more to 0n: collections look at each of them.
   */
  readonly planes: bigint[];
  /** The same with a copy of some weights in RAM, for layers that read those: see hot.ts. */
  hot?: Memory;
}

/** What a kernel that was written for one layer still has to be told: byte offsets in the arena and in `weights.bin`. */
export interface PlacedLayer extends Layer {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly constants: readonly number[];
}

/** One layer: a kernel and the constants that it needs, which each kernel's own interface adds. */
export interface Layer {
  /** The model's name of what the layer computes. */
  readonly name: string;
  /** How many steps the layer takes. */
  readonly tiles: number;
  /** Computes tile `tile`, 0 ≤ tile < tiles; tiles run in order. */
  kernel(memory: Memory, layer: Layer, tile: number): void;
}
