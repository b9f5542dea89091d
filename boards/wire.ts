/** A serial cable between two boards. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Wire {
  /** Paths of two Unix sockets, for `Job.uart` of two jobs: what goes into one comes out of the other. */
  readonly ends: readonly [string, string];
  /** Ends all connections and removes the sockets. */
  close(): Promise<void>;
}

/** Bytes wait at an end until its board has connected; nothing is lost and nothing reordered. */
export async function openWire(): Promise<Wire> {
  const folder = await mkdtemp(join(tmpdir(), "xsnn-wire-"));
  const ends = [join(folder, "a"), join(folder, "b")] as const;
  const sockets = new Set<Socket>();
  const [a, b] = await Promise.all(ends.map((path) => listen(path, sockets)));
  void Promise.all([a.connected, b.connected]).then(([one, other]) => one.pipe(other).pipe(one));
  return {
    ends,
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([a, b].map(({ server }) => new Promise((resolve) => server.close(resolve))));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface End {
  readonly server: Server;
  readonly connected: Promise<Socket>;
}

export async function listen(path: string, sockets: Set<Socket>): Promise<End> {
  const server = createServer();
  const connected = new Promise<Socket>((resolve) => {
    server.once("connection", (socket) => {
      sockets.add(socket);
      socket.on("error", () => socket.destroy()); // a board that ends at once resets its connection
      resolve(socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return { server, connected };
}
