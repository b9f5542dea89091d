import type { Transport } from "./transport.js";

/** What a socket of ECMA-419 reads: who has sent it, beside the bytes. */
export type Datagram = ArrayBuffer & { readonly address?: string; readonly port?: number };

export interface Socket {
  read(): Datagram | undefined;
  write(bytes: Uint8Array, address: string, port: number): void;
  close(): void;
}

export interface SocketOptions {
  /** The board's own port. */
  readonly port: number;
  readonly format?: "buffer";
  onReadable?(count: number): void;
}

/** The other board. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** What a datagram holds that no network on the way cuts up: Ethernet's 1,500 bytes without the headers. */
const DATAGRAM_BYTES = 1472;

/**
 * A line over UDP of ECMA-419: a frame a datagram, so a link's `payloadBytes` are at most 1,024 here. Datagrams of others are
 * dropped by their address, which proves nothing: a key does.
 */
export class UdpTransport implements Transport {
  readonly writable = DATAGRAM_BYTES;
  onBytes: ((bytes: Uint8Array) => void) | undefined;
  private readonly socket: Socket;
  private readonly peer: Peer;

  /**
   * @param UDP `device.io.UDP`, or what `embedded:io/socket/udp` exports
   * @param port the board's own
   */
  constructor(UDP: new (options: SocketOptions) => Socket, port: number, peer: Peer) {
    this.peer = peer;
    this.socket = new UDP({
      port,
      format: "buffer",
      // The number of datagrams.
      onReadable: (count) => {
        for (; count > 0; count--) this.take(this.socket.read());
      },
    });
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes, this.peer.address, this.peer.port);
  }

  close(): void {
    this.socket.close();
  }

  private take(datagram: Datagram | undefined): void {
    if (!datagram || datagram.address !== this.peer.address || datagram.port !== this.peer.port) return;
    this.onBytes?.(new Uint8Array(datagram));
  }
}
