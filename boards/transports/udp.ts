/** Lines over UDP: a line for each address that datagrams come from. */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import type { Transport } from "../../runtime/pipeline/transport.js";
import { type LineEvents, type Listener, MOST_LINES, QUEUE_BYTES } from "./lines.js";

/** A line from which nothing came for so long is gone: addresses of boards change, and nobody says goodbye. */
const SILENCE_MS = 60_000;

export class UdpTransport implements Transport {
  onBytes: ((bytes: Uint8Array) => void) | undefined;
  heardAt = Date.now();
  private pending = 0;
  private readonly socket: Socket;
  private readonly port: number;
  private readonly host: string;

  constructor(socket: Socket, port: number, host: string) {
    this.socket = socket;
    this.port = port;
    this.host = host;
  }

  get writable(): number {
    return QUEUE_BYTES - this.pending;
  }

  write(bytes: Uint8Array): void {
    this.pending += bytes.length;
    // What cannot be sent is lost, as on the way.
    this.socket.send(bytes, this.port, this.host, () => {
      this.pending -= bytes.length;
    });
  }
}

/** @throws Error of the system, where nothing can listen there */
export async function listenUdp(
  port: number,
  host: string | undefined,
  { onLine, onGone }: LineEvents,
): Promise<Listener> {
  const socket = createSocket("udp4");
  const lines = new Map<string, UdpTransport>();
  const sweep = setInterval(() => {
    for (const [key, transport] of lines)
      if (Date.now() - transport.heardAt > SILENCE_MS) {
        lines.delete(key);
        onGone(transport);
      }
  }, SILENCE_MS / 4);
  socket.on("message", (bytes, { address, port: from }: RemoteInfo) => {
    const key = `${address}:${from}`;
    let transport = lines.get(key);
    if (!transport) {
      if (lines.size >= MOST_LINES) return;
      transport = new UdpTransport(socket, from, address);
      lines.set(key, transport);
      onLine(transport);
    }
    transport.heardAt = Date.now();
    transport.onBytes?.(bytes);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, host, resolve);
  }).catch((error) => {
    clearInterval(sweep);
    throw error;
  });
  socket.on("error", () => {}); // a datagram that could not be sent is lost
  return {
    address: `udp:${host ? `${host}:` : ""}${socket.address().port}`,
    async close() {
      clearInterval(sweep);
      await new Promise<void>((resolve) => socket.close(resolve));
    },
  };
}

/** A line to someone who listens. */
export async function connectUdp(
  port: number,
  host = "127.0.0.1",
): Promise<{ readonly transport: Transport; close(): void }> {
  const socket = createSocket("udp4");
  const transport = new UdpTransport(socket, port, host);
  socket.on("message", (bytes) => transport.onBytes?.(bytes));
  socket.on("error", () => {});
  await new Promise<void>((resolve) => socket.bind(0, resolve));
  return { transport, close: () => void socket.close() };
}
