/** Links over real sockets. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, expect, it } from "vitest";
import { Random } from "../../../boards/chain/random.js";
import { parseAddress } from "../../../boards/transports/address.js";
import { CountedTransport, type Traffic } from "../../../boards/transports/counted.js";
import type { Listener } from "../../../boards/transports/lines.js";
import { listen } from "../../../boards/transports/listen.js";
import { connectSocket } from "../../../boards/transports/socket.js";
import { connectUdp } from "../../../boards/transports/udp.js";
import { Refusal } from "../../../codegen/problems/problem.js";
import { Link } from "../../../runtime/pipeline/link.js";
import type { Transport } from "../../../runtime/pipeline/transport.js";

const folder = mkdtempSync(join(tmpdir(), "xsnn-lines-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const listeners: Listener[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

function link(transport: Transport, seed: number): Link {
  const random = new Random(seed).bits;
  return new Link({
    transport,
    model: [1, 2, 3, 4, 5, 6, 7, 8],
    random,
    longest: 50_000,
    payloadBytes: 1024,
  });
}

/** Listens; gives the lines that come and go. */
async function listening(text: string) {
  const lines: Transport[] = [];
  const gone: Transport[] = [];
  const listener = await listen(parseAddress(text)!, {
    onLine: (line) => lines.push(line),
    onGone: (line) => gone.push(line),
  });
  listeners.push(listener);
  return { lines, gone, listener };
}

async function until(isTrue: () => boolean, step: () => void = () => {}): Promise<void> {
  for (const end = performance.now() + 20_000; !isTrue(); await sleep(2)) {
    step();
    if (performance.now() > end) throw new Error("it did not come to that");
  }
}

it.each(["tcp:127.0.0.1:0", "udp:127.0.0.1:0", `unix:${join(folder, "line")}`])(
  "carries messages both ways over %s",
  async (text) => {
    const { lines, listener } = await listening(text);
    const address = parseAddress(listener.address)!;
    const client =
      address.kind === "udp"
        ? await connectUdp(address.port)
        : await connectSocket(
            address.kind === "unix"
              ? address
              : { port: (address as { port: number }).port, host: "127.0.0.1" },
          );
    const there = link(client.transport, 1);
    const message = Uint8Array.from({ length: 40_000 }, (_, i) => 7 * i);
    there.send(0, message);
    let here: Link | undefined;
    await until(
      () => here?.take()?.bytes.length === message.length,
      () => {
        there.tick(performance.now());
        if (!here && lines.length > 0) {
          here = link(lines[0], 2);
          here.send(0, message);
        }
        here?.tick(performance.now());
      },
    );
    await until(
      () => {
        const taken = there.take();
        if (taken) expect(Buffer.compare(taken.bytes, message)).toBe(0);
        return taken !== undefined;
      },
      () => {
        there.tick(performance.now());
        here?.tick(performance.now());
      },
    );
    client.close();
  },
);

it("tells of lines that go, and takes others", async () => {
  const { lines, gone, listener } = await listening("tcp:127.0.0.1:0");
  const { port } = parseAddress(listener.address) as { port: number };
  const first = await connectSocket({ port, host: "127.0.0.1" });
  await until(() => lines.length === 1);
  first.close();
  await until(() => gone.length === 1);
  expect(gone[0]).toBe(lines[0]);
  expect(lines[0].writable).toBe(0);
  const second = await connectSocket({ port, host: "127.0.0.1" });
  await until(() => lines.length === 2);
  second.close();
});

it("each sender of datagrams has a line of its own", async () => {
  const { lines, listener } = await listening("udp:127.0.0.1:0");
  const { port } = parseAddress(listener.address) as { port: number };
  const clients = await Promise.all([connectUdp(port), connectUdp(port)]);
  for (const { transport } of clients) for (let i = 0; i < 3; i++) transport.write(Uint8Array.of(i));
  await until(() => lines.length === 2);
  await sleep(20);
  expect(lines).toHaveLength(2);
  for (const client of clients) client.close();
});

it("a port that is taken is refused", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const refused = await listening(`tcp:127.0.0.1:${port}`).catch((error) => error);
  expect(refused).toBeInstanceOf(Refusal);
  expect(refused.problems[0]).toMatchObject({ code: "listen-failed", details: { code: "EADDRINUSE" } });
  server.close();
});

it("a serial port that is not there is refused", async () => {
  const refused = await listening("serial:/dev/ttyNOWHERE").catch((error) => error);
  expect(refused.problems[0].code).toBe("port-missing");
});

it("reads addresses", () => {
  expect(parseAddress("tcp:7700")).toEqual({ kind: "tcp", port: 7700 });
  expect(parseAddress("udp:10.0.0.1:7")).toEqual({ kind: "udp", host: "10.0.0.1", port: 7 });
  expect(parseAddress("serial:/dev/ttyUSB0")).toEqual({
    kind: "serial",
    path: "/dev/ttyUSB0",
    baud: 921_600,
  });
  expect(parseAddress("serial:COM3:115200")).toEqual({ kind: "serial", path: "COM3", baud: 115_200 });
  for (const wrong of ["", "tcp", "tcp:", "tcp:70000", "tcp:x:y", "http:80", "serial:", "unix:"])
    expect(parseAddress(wrong), wrong).toBeUndefined();
});

it("counts what goes over a line", () => {
  let taken = 0;
  const line: Transport = { writable: 9, write: () => {}, onBytes: undefined };
  const traffic: Traffic = { sent: 0, received: 0 };
  const counted: Transport = new CountedTransport(line, () => traffic);
  counted.onBytes = (bytes) => {
    taken += bytes.length;
  };
  counted.write(new Uint8Array(5));
  line.onBytes?.(new Uint8Array(3));
  expect([traffic, taken, counted.writable]).toEqual([{ sent: 5, received: 3 }, 3, 9]);
});
