/** What is trained. */

/** An array of numbers that training changes in place. */
export interface Parameter {
  /** Unique in a training: what a checkpoint calls it. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}
