/** What federated training asks of a learner: xsnn/training/learner has it, and so may an application's own. */
export interface Trainable {
  /** Master weights and biases in fixed point; the same lengths and scales on all boards. They are written in place. */
  readonly parameters: readonly Int32Array[];
  /**
   * The parameters were written from outside: what is deployed is derived from them again. Those that are out of range may be
   * clamped, on all boards alike. Training goes on as if there had been none before.
   */
  refresh(): void;
}

/** How many elements each of some tensors has. */
export function lengthsOf(tensors: readonly Int32Array[]): number[] {
  return tensors.map(({ length }) => length);
}

/** The tensors in memory of their own. */
export function copied(tensors: readonly Int32Array[]): Int32Array<ArrayBuffer>[] {
  return tensors.map((tensor) => new Int32Array(tensor));
}
