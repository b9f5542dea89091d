/**
 * What an engine and the driver inside it say to each other. Everything is little endian.
 *
 * The job, in: an int32 each for the number of vectors and of traced tensors, and whether there are labels; four int32 a traced
 * tensor (id, layer, offset, length), by layer; then, for each vector, an int32 for its number of steps and, for each step, an
 * int32 for the number of bytes and the bytes of all inputs, one after the other; and, where there are labels, an int32 for the
 * vector's, −1 where there is nothing to learn from it.
 *
 * The report, out: frames. A frame is three int32 (kind, id, number of bytes) and the bytes.
 */
export const frameKinds = {
  /** The model is made. Payload: live chunk bytes and slots (int32) on an engine that has heaps. */
  loaded: 1,
  /** One output of one step; id: its index. */
  output: 2,
  /** All outputs of a step have been sent. */
  step: 3,
  /** One traced tensor of a vector; id: the tensor's. Comes before the outputs of the vector's last step. */
  trace: 4,
  /** All of the job is done. */
  done: 5,
  /**
   * A tile of a layer is complete: a sign of life. id: the layer's index; payload, from an engine that counts
   * instructions: those of the tile and those of collections in it, float64.
   */
  tile: 6,
  /** What the model lost on a vector that it learned from; payload: an int32, in units of 2^-16. */
  loss: 7,
  /** Parameters of a model that has learned, once all vectors are done; id: their index; payload: int32. */
  parameters: 8,
  /** JavaScript threw. Payload: the text of the error's stack. */
  exception: 16,
  /** The engine stopped. id: one of `abortReasons`; payload: what it says of it, and the calls under way. */
  abort: 17,
  /** What the machine used; payload: int32 in the order of `machineCounters`. */
  counters: 18,
  /** The processor refused an instruction; payload: its number for the cause, pc and address (uint32). */
  trap: 20,
} as const;

/** The int32 of `counters`, in their order. */
export const machineCounters = [
  "peakChunkBytes",
  "peakSlots",
  "peakStackSlots",
  "slotBytes",
  "builtinChunkBytes",
  "builtinSlots",
  "builtinStackSlots",
  "liveChunkBytes",
  "liveSlots",
  "collections",
  "frozenChunkBytes",
  "frozenSlots",
  "modelChunkBytes",
  "modelSlots",
  "modelCodeBytes",
] as const;
export type MachineCounter = (typeof machineCounters)[number];

export const abortReasons = { chunks: 1, slots: 2, stack: 3, other: 4 } as const;

/** int32 words of a traced tensor, and bytes of a frame's header. */
export const traceWords = 4;
export const frameHeaderBytes = 12;
