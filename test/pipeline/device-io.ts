/** Stands in for `device.io`, as ECMA-419 describes it. What is due happens in `turn()`: callbacks come from the event loop. */
import type { Stream, StreamCallbacks } from "../../runtime/pipeline/stream-transport.js";
import type { Datagram, Socket, SocketOptions } from "../../runtime/pipeline/udp-transport.js";

/** Bytes that a port sends in a turn, and that it takes to be sent. */
const FIFO_BYTES = 128;

/** Ports by name, each with the one that it is joined to. */
export class Cable {
  readonly ports = new Map<string, FifoPort>();

  turn(): void {
    for (const port of this.ports.values()) port.turn();
  }

  /** A class whose instances join the cable: "a" with "b". */
  portClass(): new (options: { readonly name: string } & Omit<StreamCallbacks, "onError">) => Stream {
    const { ports } = this;
    return class extends FifoPort {
      constructor(options: { readonly name: string } & Omit<StreamCallbacks, "onError">) {
        super(options, () => ports.get(options.name === "a" ? "b" : "a"));
        ports.set(options.name, this);
      }
    };
  }

  /** The connection is lost: both ends hear of it, and what was on its way is gone. */
  cut(): void {
    const ended = [...this.ports.values()];
    this.ports.clear();
    for (const port of ended) port.fail();
  }
}

class FifoPort implements Stream {
  isClosed = false;
  private out: number[] = [];
  private received: number[] = [];
  private isTold = false;
  private readonly options: Omit<StreamCallbacks, "onError"> & Partial<StreamCallbacks>;
  private readonly peer: () => FifoPort | undefined;

  constructor(options: FifoPort["options"], peer: FifoPort["peer"]) {
    if (options.format !== "buffer") throw new Error("the stand-in knows buffers only");
    this.options = options;
    this.peer = peer;
  }

  turn(): void {
    if (this.isClosed) return;
    const { onReadable, onWritable } = this.options;
    const peer = this.peer();
    if (peer) peer.received.push(...this.out.splice(0));
    if (peer && (!this.isTold || this.out.length === 0)) {
      this.isTold = true;
      onWritable(FIFO_BYTES - this.out.length);
    }
    if (this.received.length > 0) onReadable(this.received.length);
  }

  read(): ArrayBuffer | undefined {
    return this.received.length > 0 ? Uint8Array.from(this.received.splice(0)).buffer : undefined;
  }

  write(bytes: Uint8Array): void {
    if (this.isClosed) throw new Error("closed");
    if (this.out.length + bytes.length > FIFO_BYTES) throw new Error("more than onWritable said");
    this.out.push(...bytes);
  }

  fail(): void {
    this.isClosed = true;
    this.options.onError?.();
  }

  close(): void {
    this.isClosed = true;
  }
}

/** Sockets of a network by address and port. */
export class Network {
  private readonly sockets = new Map<string, { deliver(bytes: Datagram): void; turn(): void }>();

  turn(): void {
    for (const socket of this.sockets.values()) socket.turn();
  }

  /** The class of a board's sockets. */
  socketClass(address: string): new (options: SocketOptions) => Socket {
    const { sockets } = this;
    return class implements Socket {
      private readonly arrived: Datagram[] = [];
      private readonly port: number;

      constructor({ port, onReadable }: SocketOptions) {
        this.port = port;
        sockets.set(`${address}:${port}`, {
          deliver: (bytes) => this.arrived.push(bytes),
          turn: () => {
            if (this.arrived.length > 0) onReadable?.(this.arrived.length);
          },
        });
      }

      read(): Datagram | undefined {
        return this.arrived.shift();
      }

      write(bytes: Uint8Array, to: string, port: number): void {
        if (bytes.length > 1472) throw new Error("more than a datagram holds");
        const datagram = Object.assign(bytes.slice().buffer, { address, port: this.port });
        sockets.get(`${to}:${port}`)?.deliver(datagram);
      }

      close(): void {
        sockets.delete(`${address}:${this.port}`);
      }
    };
  }
}
