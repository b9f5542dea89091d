/** What the driver needs of the engine that it runs in. */
export interface Host {
  /** Waits for `length` bytes of the job and puts them at `offset` of the buffer. */
  receive(buffer: ArrayBufferLike, offset: number, length: number): void;
  /** Sends a frame with `length` bytes at `offset` of the buffer. */
  send(kind: number, id: number, buffer: ArrayBufferLike, offset: number, length: number): void;
  /**
   * Engines with heaps of their own measure peaks from here on, and put the live chunk bytes and slots in the buffer's
   * first two int32.
   */
  startPeaks?(words: ArrayBufferLike): void;
  /**
   * Engines that count instructions tell those since the last call as a tile of the layer of that index; −1: of none.
   */
  count?(layer: number): void;
  /** Instructions retired since the start but for those of frames and the serial port, on engines that count them; else 0. */
  retired?(): number;
}
