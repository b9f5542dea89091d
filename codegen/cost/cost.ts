import type { Activations } from "./activity.js";

/** What a layer takes, as the planner compares forms. Predicted for rv32imc, the instruction set of the ESP32-C3. */
export interface Cost {
  /** Of one inference in which no activation is zero, garbage collections not included; those of step() are. */
  readonly instructions: number;
  /** Of its longest step. */
  readonly longestStep: number;
  /** Bytes of chunks that are allocated, headers included: what a collection has to free sooner or later. */
  readonly garbageBytes: number;
  /** Bytes of chunks that are live at once inside the layer, beside the arena and the planes at rest. */
  readonly transientBytes: number;
  /** Bytes of bytecode, of constants in code and in `weights.bin`. */
  readonly flashBytes: number;
  /** Slots of XS' stack in its deepest function, the driver's frames not included. */
  readonly stackSlots: number;
  /** What lives on average; where not given, three quarters of `transientBytes` in chunks of a typical size. */
  readonly live?: Live;
  /** What zeros among an inference's activations spare it, where it passes over some. */
  readonly spared?: (activations: Activations) => Spared;
}

/** What collections find while a layer runs, beside the arena and the planes at rest. */
export interface Live {
  readonly bytes: number;
  readonly chunks: number;
  /** Of `memory.planes`, those for planes at rest included: all are looked at, whatever is in them. */
  readonly places: number;
}

/** Work that is not done. */
export interface Spared {
  readonly instructions: number;
  readonly garbageBytes: number;
}

/** What takes nothing at run time. */
export const FREE: Cost = {
  instructions: 0,
  longestStep: 0,
  garbageBytes: 0,
  transientBytes: 0,
  flashBytes: 0,
  stackSlots: 0,
};
