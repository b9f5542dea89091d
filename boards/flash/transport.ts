/** A serial line as the transport that esptool-js speaks over, in place of a browser's port. */
import { setTimeout as sleep } from "node:timers/promises";
import { ESPError, Transport } from "esptool-js";
import type { SerialLine } from "./line.js";
import type { Port } from "./ports.js";
import { SlipReader } from "./slip.js";

const SILENT = "no answer";

/**
 * Differs from its base where a command line needs it: it prints nothing, a line that is lost or an interruption ends what
 * waits at once, and the baud rate changes without closing the port, which would reset some boards.
 */
export class LineTransport extends Transport {
  #input: number[] = [];
  #wake: () => void = () => {};
  #dtr = false;
  #rts = false;

  constructor(
    readonly line: SerialLine,
    readonly port: Port,
    readonly interrupted: AbortSignal | undefined,
  ) {
    super(undefined as never); // the browser's port, which nothing here asks for
    line.onData = (bytes) => {
      for (const byte of bytes) this.#input.push(byte);
      this.#wake();
    };
    line.onLost = () => this.#wake();
    interrupted?.addEventListener("abort", () => this.#wake());
  }

  override trace(): void {}

  override getInfo(): string {
    return this.port.path;
  }

  override getVid(): number | undefined {
    return this.port.usb?.vendor || undefined;
  }

  override getPid(): number | undefined {
    return this.port.usb?.product || undefined;
  }

  /** A second time where the chip answers in an unexpected way. */
  override async connect(baud: number): Promise<void> {
    this.#requireLine();
    await this.line.open(baud);
    this.baudrate = baud;
  }

  override async disconnect(): Promise<void> {
    await this.line.close();
    this.flushInput();
  }

  override async changeBaudrate(baud: number): Promise<boolean> {
    await this.line.setBaudRate(baud);
    this.baudrate = baud;
    return false;
  }

  /** The line reads by itself. */
  override async readLoop(): Promise<void> {}

  override async setSignals(dtr = this.#dtr, rts = this.#rts): Promise<void> {
    this.#dtr = dtr;
    this.#rts = rts;
    await this.line.setSignals({ dtr, rts });
  }

  override async setDTR(dtr: boolean): Promise<void> {
    await this.setSignals(dtr);
  }

  override async setRTS(rts: boolean): Promise<void> {
    await this.setSignals(undefined, rts);
  }

  override flushInput(): void {
    this.#input = [];
  }

  override inWaiting(): number {
    return this.#input.length;
  }

  override peek(): Uint8Array {
    return Uint8Array.from(this.#input);
  }

  override async drainInput(quietMs = 100, maxMs = 400): Promise<void> {
    const deadline = Date.now() + maxMs;
    for (let before = -1; Date.now() < deadline && this.inWaiting() !== before; ) {
      before = this.inWaiting();
      await sleep(quietMs);
    }
    this.flushInput();
  }

  override async write(data: Uint8Array): Promise<void> {
    this.#requireLine();
    await this.line.write(this.slipWriter(data));
  }

  /**
   * The next packet.
   *
   * @param timeout in milliseconds, for the whole of it
   * @throws ESPError where there is none in time
   */
  override async read(timeout: number): Promise<Uint8Array> {
    const deadline = Date.now() + timeout;
    const reader = new SlipReader();
    for (;;) {
      this.#requireLine();
      for (const [i, byte] of this.#input.entries()) {
        const packet = reader.push(byte);
        if (!packet) continue;
        this.#input = this.#input.slice(i + 1);
        return packet;
      }
      this.#input = [];
      await this.#change(deadline - Date.now());
    }
  }

  /** Waits until something comes in, the line is lost or the work is interrupted. */
  async #change(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) throw new ESPError(SILENT);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new ESPError(SILENT)), milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #requireLine(): void {
    if (this.interrupted?.aborted) throw new ESPError("interrupted");
    if (this.line.lost) throw new ESPError("the port is gone");
  }
}
