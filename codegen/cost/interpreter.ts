import { constants } from "./constants.js";

/** Instructions of what JavaScript does with numbers; parts of a statement add up. */
interface Interpreter {
  /** A step beside what its kernel does: the application's loop, step() and the call of the kernel. */
  readonly step: number;
  /** A value from a local is put in a local; what it is computed from instead comes on top. */
  readonly statement: number;
  /** A literal times a local, added to the sum before it. */
  readonly product: number;
  /** A local added to or subtracted from the sum before it. */
  readonly sum: number;
  /** Any other operator with a local or a literal on its right: &, |, >>, <<. */
  readonly operator: number;
  /** How much dearer a constant of the module is than a local. */
  readonly constant: number;
  /** Of an object in a local. */
  readonly property: number;
  /** An element of a typed array or an Array in a local, at a local index, in place of a local. */
  readonly typedRead: number;
  readonly arrayRead: number;
  /** The whole statement that writes one. */
  readonly typedWrite: number;
  readonly arrayWrite: number;
  /** Calling a function of the module that returns a literal, and each argument. */
  readonly call: number;
  readonly argument: number;
  /** `for` with an empty body, and each iteration. */
  readonly loop: number;
  readonly iteration: number;
  /** `if` of a local, and what it takes more to compare it with a literal. */
  readonly test: number;
  readonly comparison: number;
  /** Typed array `set` from another of its type, and each byte: this copy is no native one. */
  readonly set: number;
  readonly setByte: number;
  /** A call of runtime/requantize.ts that shifts to the right. */
  readonly requantize: number;
}

export const interpreter: Interpreter = constants.interpreter;
