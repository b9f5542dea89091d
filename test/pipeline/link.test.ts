import { expect, it } from "vitest";
import { Random } from "../../boards/chain/random.js";
import { finished } from "../../runtime/pipeline/frame.js";
import { helloFrame } from "../../runtime/pipeline/hello.js";
import { Link, type LinkOptions } from "../../runtime/pipeline/link.js";
import { MemoryTransport } from "../../runtime/pipeline/memory-transport.js";

const MODEL = [1, 2, 3, 4, 5, 6, 7, 8];

function pair(one: Partial<LinkOptions> = {}, other: Partial<LinkOptions> = {}) {
  const ends = MemoryTransport.pair();
  const link = (i: number, options: Partial<LinkOptions>) =>
    new Link({
      transport: ends[i],
      model: MODEL,
      random: new Random(i + 1).bits,
      longest: 2000,
      payloadBytes: 512,
      retry: 100,
      ...options,
    });
  return { ends, a: link(0, one), b: link(1, other) };
}

function tick(links: readonly Link[], from: number, to: number): void {
  for (let now = from; now <= to; now += 10) for (const link of links) link.tick(now);
}

const message = (n: number) => Uint8Array.from({ length: 1500 - n }, (_, i) => i * n);

it("carries messages both ways", () => {
  const { a, b } = pair();
  for (let n = 0; n < 2; n++) {
    a.send(n, message(n));
    b.send(n + 50, message(n + 2));
  }
  tick([a, b], 0, 50);
  expect([a.isJoined, b.isJoined]).toEqual([true, true]);
  for (let n = 0; n < 2; n++) {
    expect(b.take()).toEqual({ number: n, bytes: message(n) });
    expect(a.take()).toEqual({ number: n + 50, bytes: message(n + 2) });
  }
  expect(b.take()).toBeUndefined();
});

it("sends no more than the peer has room for, and keeps what it has not done with", () => {
  const { a, b } = pair({ outbox: 3 }, { inbox: 1 });
  for (let n = 0; n < 5; n++) expect(a.send(n, message(n))).toBe(n < 3);
  tick([a, b], 0, 100);
  expect(a.expected).toBe(1);
  expect(b.take()?.number).toBe(0);
  expect(b.take()).toBeUndefined();
  tick([a, b], 110, 200);
  expect(b.take()?.number).toBe(1);
  expect(a.send(3, message(3))).toBe(false);
  b.release(1);
  tick([a, b], 210, 300);
  expect(a.released).toBe(1);
  expect(a.send(3, message(3))).toBe(true);
});

it("tells with one frame that a message was taken, and half a window or what is not taken a little later", () => {
  const { ends, a, b } = pair({ window: 4 }, { window: 4, inbox: 1 });
  tick([a, b], 0, 50);
  let told = 0;
  const { onBytes } = ends[0];
  ends[0].onBytes = (bytes) => {
    told++;
    onBytes?.(bytes);
  };
  a.send(0, message(0).subarray(0, 500));
  tick([a, b], 60, 60);
  b.take();
  b.release(1);
  tick([a, b], 70, 100);
  expect(told).toBe(1);
  // Nobody takes this one: the peer has to know that it has come.
  a.send(1, message(1).subarray(0, 500));
  tick([a, b], 110, 110);
  expect(told).toBe(1);
  tick([a, b], 120, 130);
  expect(told).toBe(2);
  b.take();
  tick([a, b], 140, 140);
  expect(told).toBe(3);
  // Two frames of three are half a window.
  a.send(2, message(2));
  tick([a, b], 150, 150);
  expect(told).toBe(4);
  expect(b.take()).toEqual({ number: 2, bytes: message(2) });
});

it("numbers of messages have no gaps", () => {
  const { a } = pair();
  a.send(4, message(1));
  expect(() => a.send(6, message(1))).toThrow("message 6 was sent after message 4: numbers have no gaps");
});

it("a peer that starts anew gets all that was not done with", () => {
  const { ends, a, b } = pair();
  for (let n = 0; n < 3; n++) a.send(n, message(n));
  tick([a, b], 0, 50);
  b.take();
  b.release(1);
  tick([a, b], 60, 100);
  const again = new Link({
    transport: ends[1],
    model: MODEL,
    random: new Random(9).bits,
    longest: 2000,
    payloadBytes: 512,
  });
  tick([a, again], 110, 500);
  expect(again.take()).toEqual({ number: 1, bytes: message(1) });
  expect(again.take()).toEqual({ number: 2, bytes: message(2) });
  expect(a.failure ?? again.failure).toBeUndefined();
});

it("what is released further on is neither waited for nor sent", () => {
  const { a, b } = pair();
  a.send(0, message(0));
  tick([a, b], 0, 50);
  b.release(3);
  tick([a, b], 60, 100);
  expect([a.released, a.expected]).toEqual([3, 3]);
  expect(a.send(2, message(2))).toBe(true);
  expect(a.send(3, message(3))).toBe(true);
  tick([a, b], 110, 200);
  expect(b.take()?.number).toBe(3);
  expect(b.take()).toBeUndefined();
});

it("a message that the peer no longer has is an error, not a gap", () => {
  const { a, b } = pair({}, { expected: 3 });
  a.send(5, message(5));
  tick([a, b], 0, 100);
  expect(b.failure).toEqual({
    reason: "lost",
    message: "the peer has message 5 but no longer message 3: start all boards anew",
  });
  expect(b.take()).toBeUndefined();
});

it("another model is refused on both sides", () => {
  const { a, b } = pair({}, { model: [1, 2, 3, 4, 5, 6, 7, 9] });
  a.send(0, message(0));
  tick([a, b], 0, 500);
  expect([a.failure?.reason, b.failure?.reason]).toEqual(["model", "model"]);
  expect(b.take()).toBeUndefined();
});

it("another protocol is refused", () => {
  const { ends, b } = pair();
  const words = helloFrame({ from: { low: 1, high: 2 }, to: { low: 0, high: 0 } }, MODEL, 0);
  words[11] = 99;
  ends[0].write(finished(words));
  expect(b.failure).toEqual({
    reason: "version",
    message: "the peer has protocol 99 and this board 1: flash both from one version of xsnn",
  });
});

it("a message that is longer than asked for is refused", () => {
  const { a, b } = pair({}, { longest: 1000 });
  a.send(0, message(0));
  tick([a, b], 0, 100);
  expect(b.failure?.message).toBe("message 0 has 1500 bytes, more than the 1000 that were asked for");
});

it("a peer that is not there is reported within the deadline", () => {
  const { a } = pair({ deadline: 800 });
  tick([a], 0, 800);
  expect(a.failure).toBeUndefined();
  tick([a], 810, 830); // links look at the clock eight times a `retry`
  expect(a.failure?.reason).toBe("silent");
  expect(a.send(0, message(0))).toBe(false);
});

it("what comes back as an echo is not the peer", () => {
  const { ends, a } = pair({ deadline: 800 });
  ends[1].onBytes = (bytes) => ends[1].write(bytes);
  a.send(0, message(0));
  tick([a], 0, 2000);
  expect(a.failure?.reason).toBe("silent");
  expect(a.take()).toBeUndefined();
});

it("a payload that no frame has is refused", () => {
  expect(() => pair({ payloadBytes: 66 })).toThrow(
    "payloadBytes is 66: give a multiple of 4 from 64 to 4096",
  );
});

const KEY = Uint8Array.from({ length: 32 }, (_, i) => 3 * i);

it("carries messages between boards that share a key", () => {
  const { a, b } = pair({ key: KEY }, { key: KEY });
  for (let n = 0; n < 2; n++) a.send(n, message(n));
  tick([a, b], 0, 50);
  for (let n = 0; n < 2; n++) expect(b.take()).toEqual({ number: n, bytes: message(n) });
});

it.each([
  { what: "another key", key: KEY.map((byte) => byte ^ 1) },
  { what: "no key", key: undefined },
])("a peer with $what is not heard, and that is said", ({ key }) => {
  const { a, b } = pair({ key: KEY, deadline: 800 }, key ? { key } : {});
  a.send(0, message(0));
  tick([a, b], 0, 1000);
  expect(b.take()).toBeUndefined();
  expect(a.failure).toEqual({
    reason: "silent",
    message: "bytes came, but none from the peer for 800 ms: see to the line, and to the key on both boards",
  });
});

it("a handshake without the key ends no link", () => {
  const { ends, b } = pair({ key: KEY }, { key: KEY });
  ends[0].write(finished(helloFrame({ from: { low: 1, high: 2 }, to: { low: 0, high: 0 } }, [9], 20)));
  expect(b.failure).toBeUndefined();
});

it("a key of another length is refused", () => {
  expect(() => pair({ key: new Uint8Array(16) })).toThrow("a key has 32 bytes, and not 16");
});

it.each([{}, { key: KEY }])("sessions are renewed before the numbers of their frames end", (options) => {
  const { a, b } = pair({ sessionFrames: 20, ...options }, { sessionFrames: 20, ...options });
  let sent = 0;
  let taken = 0;
  for (let now = 0; now < 60_000 && taken < 200; now += 10) {
    if (sent < 200 && a.send(sent, message(sent % 100))) sent++;
    tick([a, b], now, now);
    for (let received = b.take(); received; received = b.take()) {
      expect(received).toEqual({ number: taken, bytes: message(taken % 100) });
      b.release(++taken);
    }
  }
  expect(taken).toBe(200);
});

it("numbers of messages go on where those of frames begin anew", () => {
  const first = 2 ** 31 - 3;
  const { a, b } = pair();
  for (let n = first, taken = first, now = 0; taken < first + 6; now += 10) {
    if (n < first + 6 && a.send(n, message(n % 7))) n++;
    tick([a, b], now, now);
    for (let received = b.take(); received; received = b.take()) {
      expect(received).toEqual({ number: taken, bytes: message(taken % 7) });
      b.release(++taken);
    }
    expect(now).toBeLessThan(5000);
  }
  tick([a, b], 5010, 5100);
  expect(a.released).toBe(first + 6);
});
