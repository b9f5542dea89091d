/** A line to another board as a link sees it. Hosts adapt theirs to it: `runtime/hosts/`. */

/** Carries bytes to a peer and back. It may lose, double, reorder, cut and alter them. */
export interface Transport {
  /** How many bytes `write` takes without waiting. */
  readonly writable: number;
  /** Sends bytes: at most `writable` of them, all or none. They are not altered afterwards. */
  write(bytes: Uint8Array): void;
  /** Is called with what arrives, in pieces of any size; the link sets it. It may come at any time but during `write`'s caller. */
  onBytes: ((bytes: Uint8Array) => void) | undefined;
}
