/** What learns on a device. Models that were compiled with trainable layers are learners. */
export interface Learner {
  /**
   * Master parameters, fixed point: of each trained layer its weights and then its biases, as far as these are trained. One unit
   * is 2^-16 of a deployed weight, and a part of a deployed bias that is the same on all boards with this code.
   */
  readonly parameters: readonly Int32Array[];
  /**
   * Learns from the sample that was run last, and applies what was learned once there is a batch of them.
   *
   * @param label the index of the right output
   * @returns the loss of the sample, −ln of the right output's probability, in units of 2^-16
   */
  learn(label: number): number;
  /** Moves the parameters by what the samples since the last time say; without any it does nothing. */
  apply(): void;
  /**
   * Derives the deployed weights again, after parameters were written from outside. The samples since the last update are
   * forgotten, and so is all velocity: they are about other parameters.
   */
  refresh(): void;
}
