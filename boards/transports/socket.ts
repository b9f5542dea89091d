/** Lines over TCP, and over Unix sockets, at which emulated boards have their UART. */
import {
  type AddressInfo,
  connect,
  createServer,
  type ListenOptions,
  type Socket,
  type TcpNetConnectOpts,
} from "node:net";
import type { Transport } from "../../runtime/pipeline/transport.js";
import { type LineEvents, type Listener, MOST_LINES, QUEUE_BYTES } from "./lines.js";

export class SocketTransport implements Transport {
  onBytes: ((bytes: Uint8Array) => void) | undefined;
  private readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay();
    socket.on("data", (bytes) => this.onBytes?.(bytes));
  }

  get writable(): number {
    const { writable, writableLength } = this.socket;
    return writable ? Math.max(0, QUEUE_BYTES - writableLength) : 0;
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }
}

/** A port of this computer, or the path of a Unix socket. */
export type SocketPlace = Pick<ListenOptions, "port" | "host" | "path">;

/** @throws Error of the system, where nothing can listen there */
export async function listenSocket(place: SocketPlace, { onLine, onGone }: LineEvents): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const transport = new SocketTransport(socket);
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      onGone(transport);
    });
    onLine(transport);
  });
  server.maxConnections = MOST_LINES;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(place, resolve);
  });
  const { port } = (typeof server.address() === "string" ? {} : server.address()) as Partial<AddressInfo>;
  return {
    address: port === undefined ? `unix:${place.path}` : `tcp:${place.host ? `${place.host}:` : ""}${port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A line to someone who listens. @throws Error of the system */
export async function connectSocket(
  place: TcpNetConnectOpts | { readonly path: string },
): Promise<{ readonly transport: Transport; close(): void }> {
  const socket = connect(place);
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  socket.on("error", () => socket.destroy());
  return { transport: new SocketTransport(socket), close: () => void socket.destroy() };
}
