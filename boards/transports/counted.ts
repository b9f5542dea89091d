/** A line whose bytes are counted. */
import type { Transport } from "../../runtime/pipeline/transport.js";

/** Bytes that went over lines, frames and what was sent again included. */
export interface Traffic {
  sent: number;
  received: number;
}

export class CountedTransport implements Transport {
  private readonly line: Transport;
  private readonly traffic: () => Traffic;

  /** @param traffic what is added to, of several lines perhaps */
  constructor(line: Transport, traffic: () => Traffic) {
    this.line = line;
    this.traffic = traffic;
  }

  get writable(): number {
    return this.line.writable;
  }

  write(bytes: Uint8Array): void {
    this.traffic().sent += bytes.length;
    this.line.write(bytes);
  }

  set onBytes(take: ((bytes: Uint8Array) => void) | undefined) {
    this.line.onBytes =
      take &&
      ((bytes) => {
        this.traffic().received += bytes.length;
        take(bytes);
      });
  }
}
