import { expect, it } from "vitest";
import { Random } from "../../boards/chain/random.js";
import { Link } from "../../runtime/pipeline/link.js";
import { SerialTransport } from "../../runtime/pipeline/serial-transport.js";
import { TcpTransport } from "../../runtime/pipeline/tcp-transport.js";
import type { Transport } from "../../runtime/pipeline/transport.js";
import { UdpTransport } from "../../runtime/pipeline/udp-transport.js";
import { Cable, Network } from "./device-io.js";

const MESSAGES = 6;
const message = (n: number) => Uint8Array.from({ length: 3000 + n }, (_, i) => 7 * i + n);

/** Sends messages from one end to the other. @param turn what happens in a millisecond */
function carry(
  ends: readonly [Transport, Transport],
  turn: (now: number) => void,
  payloadBytes = 1024,
): void {
  const [a, b] = ends.map(
    (transport, i) =>
      new Link({
        transport,
        model: [1, 2, 3, 4, 5, 6, 7, 8],
        random: new Random(i + 1).bits,
        longest: 4000,
        payloadBytes,
      }),
  );
  let sent = 0;
  let taken = 0;
  for (let now = 0; taken < MESSAGES; now++) {
    expect(now).toBeLessThan(20_000);
    if (sent < MESSAGES && a.send(sent, message(sent))) sent++;
    for (const link of [a, b]) link.tick(now);
    turn(now);
    for (let received = b.take(); received; received = b.take()) {
      expect(received).toEqual({ number: taken, bytes: message(taken) });
      b.release(++taken);
    }
  }
  expect(a.failure ?? b.failure).toBeUndefined();
}

it("a serial port takes frames that are longer than its buffer, bit by bit", () => {
  const cable = new Cable();
  const Serial = cable.portClass();
  const ends = ["a", "b"].map((name) => new SerialTransport(Serial, { name }));
  carry([ends[0], ends[1]], () => cable.turn(), 2048);
});

it("a TCP connection that is lost is made again", () => {
  const cable = new Cable();
  const TCP = cable.portClass();
  const ends = ["a", "b"].map((name) => new TcpTransport(TCP, { name }));
  let cuts = 0;
  carry([ends[0], ends[1]], (now) => {
    cable.turn();
    if (now % 70 !== 69 || cuts >= 3) return;
    cuts++;
    cable.cut();
  });
  expect(cuts).toBe(3);
});

it("a frame is a datagram, and those of others are not heard", () => {
  const network = new Network();
  const [one, other] = ["10.0.0.1", "10.0.0.2"];
  const ends = [
    new UdpTransport(network.socketClass(one), 5000, { address: other, port: 6000 }),
    new UdpTransport(network.socketClass(other), 6000, { address: one, port: 5000 }),
  ] as const;
  const stranger = new (network.socketClass("10.0.0.3"))({ port: 5000 });
  let heard = 0;
  carry(ends, () => {
    stranger.write(Uint8Array.of(1, 2, 3), one, 5000);
    const { onBytes } = ends[0];
    ends[0].onBytes = (bytes) => {
      expect(bytes.length).toBeGreaterThan(3);
      heard++;
      onBytes?.(bytes);
    };
    network.turn();
    ends[0].onBytes = onBytes;
  });
  expect(heard).toBeGreaterThan(0);
});
