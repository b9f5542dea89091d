/** The serial port of an emulated board, from both ends: the board says how many bytes it has, and is told how many there are for it. */
import { createServer, type Server, type Socket } from "node:net";
import type { Transport } from "../../runtime/pipeline/transport.js";

/** A board with nothing to do is not answered sooner, unless there is something for it: the computer has other boards to run. */
const IDLE_MS = 20;

export class PolledLine implements Transport {
  readonly writable = 2 ** 20;
  onBytes: ((bytes: Uint8Array) => void) | undefined;
  private readonly server: Server;
  private received = Buffer.alloc(0);
  private readonly waiting: Uint8Array[] = [];
  /** Answers the poll that is under way. */
  private answer: (() => void) | undefined;

  /** @param path of the Unix socket that the board connects to */
  constructor(path: string) {
    this.server = createServer((socket) => {
      socket.on("data", (bytes) => this.take(socket, bytes));
      socket.on("error", () => socket.destroy());
    }).listen(path);
  }

  write(bytes: Uint8Array): void {
    this.waiting.push(bytes.slice());
    this.answer?.();
  }

  close(): void {
    this.answer?.();
    this.server.close();
  }

  private take(socket: Socket, bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes]);
    if (this.received.length < 4) return;
    const length = this.received.readUInt32LE(0);
    if (this.received.length < 4 + length) return;
    const said = this.received.subarray(4, 4 + length);
    this.received = this.received.subarray(4 + length);
    const timer = setTimeout(() => this.answer?.(), IDLE_MS);
    this.answer = () => {
      clearTimeout(timer);
      this.answer = undefined;
      const [bytes = new Uint8Array(0)] = this.waiting.splice(0, 1);
      const head = Buffer.alloc(4);
      head.writeUInt32LE(bytes.length);
      socket.write(Buffer.concat([head, bytes]));
    };
    if (length > 0) this.onBytes?.(said);
    if (this.waiting.length > 0) this.answer?.();
  }
}
