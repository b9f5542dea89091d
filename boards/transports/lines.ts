/** Lines to boards that come and go: each is a transport of `runtime/pipeline`. */
import type { Transport } from "../../runtime/pipeline/transport.js";

/** Told of lines. */
export interface LineEvents {
  /** A board is at a new line. Whoever takes it sets `onBytes` at once. */
  onLine(transport: Transport): void;
  /** A line is gone; nothing comes from there any more. */
  onGone(transport: Transport): void;
}

/** Where boards may connect. */
export interface Listener {
  /** As a board is to be told, with the port that the system chose. */
  readonly address: string;
  /** Ends all lines. */
  close(): Promise<void>;
}

/** Bytes that wait to be sent at most. */
export const QUEUE_BYTES = 2 ** 16;

/** More lines than this at one address are refused: nobody has so many boards. */
export const MOST_LINES = 256;
