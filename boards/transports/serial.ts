/** A line over a serial port. One that goes away is opened again when it is back: boards at USB do that when they start anew. */
import type { Transport } from "../../runtime/pipeline/transport.js";
import { SerialLine } from "../flash/line.js";
import { type LineEvents, type Listener, QUEUE_BYTES } from "./lines.js";

const AGAIN_MS = 1000;

export class SerialTransport implements Transport {
  onBytes: ((bytes: Uint8Array) => void) | undefined;
  private pending = 0;
  private readonly line: SerialLine;

  /** @param line that is open */
  constructor(line: SerialLine) {
    this.line = line;
    line.onData = (bytes) => this.onBytes?.(bytes);
  }

  get writable(): number {
    return this.line.lost ? 0 : QUEUE_BYTES - this.pending;
  }

  write(bytes: Uint8Array): void {
    this.pending += bytes.length;
    this.line
      .write(bytes)
      .catch(() => {}) // lost, as on the way; the line tells when it is gone
      .finally(() => {
        this.pending -= bytes.length;
      });
  }
}

/** @throws Refusal where the port cannot be opened */
export async function listenSerial(
  path: string,
  baud: number,
  { onLine, onGone }: LineEvents,
): Promise<Listener> {
  const line = new SerialLine(path);
  let again: NodeJS.Timeout | undefined;
  let isClosed = false;
  const open = async () => {
    await line.open(baud);
    if (isClosed) return line.close();
    const transport = new SerialTransport(line);
    line.onLost = () => {
      onGone(transport);
      retry();
    };
    onLine(transport);
  };
  const retry = () => {
    if (!isClosed) again = setTimeout(() => open().catch(retry), AGAIN_MS);
  };
  await open();
  return {
    address: `serial:${path}:${baud}`,
    async close() {
      isClosed = true;
      clearTimeout(again);
      await line.close();
    },
  };
}
