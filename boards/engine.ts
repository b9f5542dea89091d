/** The one interface of everything that can run a compiled model. */
import type { Artifact } from "../codegen/emit/artifact.js";

export type { Artifact };

/**
 * A run from reset(): its steps one after the other, each the bytes of all inputs, concatenated. A model without
 * streaming state has vectors of one step.
 */
export type Vector = readonly Uint8Array[];

/** A tensor to read out of the arena, in the last step of each vector. */
export interface TraceTensor {
  readonly id: number;
  /** Index of the layer after which the bytes are read; −1: before the first. */
  readonly layer: number;
  /** Bytes in the arena. */
  readonly offset: number;
  readonly length: number;
}

/** One block of memory that chunks, slots and stack share: chunks grow up in it and slots down, until they meet. */
export interface Block {
  readonly bytes: number;
  /** By how many bytes chunks grow, and by how many slots slots do. */
  readonly chunkIncrement: number;
  readonly slotIncrement: number;
}

/**
 * The fixed memory of a JavaScript machine, for engines that have one. Nothing grows but in a block: there `chunkBytes` and
 * `slots` are what the machine begins with.
 */
export interface Machine {
  /** Heap of array buffers, strings and the like. */
  readonly chunkBytes: number;
  /** Heap of objects and properties, in slots: 16 bytes each on a board, 32 on a 64-bit computer. */
  readonly slots: number;
  /** XS' stack, in slots. */
  readonly stackSlots: number;
  /** Absent where each heap has a block of its own. */
  readonly block?: Block;
}

export interface Progress {
  readonly what: "installing tools" | "fetching XS" | "building XS" | "running";
  readonly done: number;
  readonly total: number;
}

export interface Job {
  readonly artifact: Artifact;
  /** The model's module, as `plan.json` names it. */
  readonly module: string;
  /** What runs there in the driver's place: JavaScript by name of the module, `main` among them. */
  readonly driver?: ReadonlyMap<string, string>;
  readonly vectors: readonly Vector[];
  readonly trace?: readonly TraceTensor[];
  /** For models that learn: the right output of each vector, undefined where it is only run. */
  readonly labels?: readonly (number | undefined)[];
  readonly machine?: Machine;
  /**
   * Whether engines with an emulated flash install the artifact as a mod: an XS archive beside the firmware. Nothing of it is
   * preloaded then, whatever its manifest says.
   */
  readonly isMod?: boolean;
  /**
   * Where the board's serial port, the module `uart`, ends: the path of a Unix socket that listens, such as an end of a
   * `Wire`. If not given, at nothing.
   */
  readonly uart?: string;
  /** The longest wait for a step, a tile under XS, or the model to load, in seconds; 120 if not given. */
  readonly stepSeconds?: number;
  /** Called now and then; `running` counts vectors. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface VectorReport {
  /** For each step the bytes of all outputs, concatenated. */
  readonly outputs: readonly Uint8Array[];
  /** By tensor id. */
  readonly trace: ReadonlyMap<number, Uint8Array>;
  /** What the model lost, in units of 2^-16, where it learned from the vector. */
  readonly loss?: number;
  /** What its steps retired in each layer, on engines that can count; learning counts as one more, behind the last. */
  readonly layers?: readonly LayerCounters[];
}

/** What a machine's heaps held. Built-ins and preloaded modules are not among it: they lie in flash, as on a board. */
export interface HeapCounters {
  /** sizeof(txSlot) on this engine. */
  readonly slotBytes: number;
  /** At most in use at once after the model was loaded, garbage not yet collected included. */
  readonly peakChunkBytes: number;
  readonly peakSlots: number;
  readonly peakStackSlots: number;
  /** What a machine takes before anything runs in it. */
  readonly builtinChunkBytes: number;
  readonly builtinSlots: number;
  readonly builtinStackSlots: number;
  /** Live with the model loaded and before its first run, built-ins included. */
  readonly loadedChunkBytes: number;
  readonly loadedSlots: number;
  /** The most that was live after a collection, since the model was loaded. */
  readonly liveChunkBytes: number;
  readonly liveSlots: number;
  /** How often garbage was collected since then. */
  readonly collections: number;
}

/** What an engine puts in flash for a model before anything runs. */
export interface FlashBytes {
  /** Names in the artifact's modules, those of the runtime that it uses included; of a mod all but its data. */
  readonly nameBytes: number;
  /** Its data, `weights.bin`. */
  readonly constantBytes: number;
}

/** What lies in flash beside XS' own code. */
export interface FlashCounters {
  /**
   * Names and bytecode of the artifact's modules, those of the runtime that it uses included. As Moddable's linker (xsl)
   * does, only the functions of a preloaded module are kept: what it did to make them and its constants is done.
   */
  readonly bytecodeBytes: number;
  /** The artifact's data, `weights.bin`. */
  readonly constantBytes: number;
  /** Built-ins, the host's functions and preloaded modules, frozen: in this engine's slots, and bytes. */
  readonly frozenSlots: number;
  readonly frozenChunkBytes: number;
  /**
   * Bytes of slots and chunks among them that the artifact's modules made when they were preloaded, and which Moddable's
   * linker writes down as C constants: functions, layers, the BigInts of generated kernels. Chunks with their headers.
   */
  readonly modelFrozenBytes: number;
}

/** Instructions that some runs retired in one layer. */
export interface LayerCounters {
  /** Those of collections included. */
  readonly instructions: number;
  /** Those of garbage collections. */
  readonly inCollections: number;
  /** Those of the longest tile. */
  readonly longestStep: number;
}

export interface Counters {
  /** Instructions retired in all layers and all steps of the job, on engines that can count. */
  readonly instructions?: number;
  /** Those of garbage collections among them. */
  readonly inCollections?: number;
  /** By layer, over all steps of the job; their sums are the two above. */
  readonly layers?: readonly LayerCounters[];
  readonly heap?: HeapCounters;
  readonly flash?: FlashCounters;
}

export interface Report {
  readonly vectors: readonly VectorReport[];
  /** Of a model that learned, as `Learner.parameters` has them in the end. */
  readonly parameters?: readonly Int32Array[];
  readonly counters: Counters;
}

export interface Engine {
  readonly name: string;
  /** One line for a list of engines. */
  readonly about: string;
  /** @throws Refusal with one of the codes of `codegen/problems/engine.ts` */
  run(job: Job): Promise<Report>;
}
