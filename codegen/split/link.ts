/** What sending takes, and how links are named. */
import { refuse } from "../problems/problem.js";

export const LINK_KINDS = ["uart", "udp", "tcp"] as const;

/** A link from a board to the next one. */
export interface Link {
  /** As `parseLink` takes it. */
  readonly name: string;
  readonly kind: (typeof LINK_KINDS)[number];
  readonly bitsPerSecond: number;
  /** On the wire: 10 over a UART, whose bytes have a start and a stop bit, 8 over a network. */
  readonly bitsPerByte: number;
  /** What a frame takes beside its payload: header, check, acknowledgement. */
  readonly frameMilliseconds: number;
  /** The most payload of a frame. */
  readonly frameBytes: number;
}

/** Header, check and acknowledgement of a frame. */
const FRAME_BYTES = 48;

/** Payloads of frames: a UART takes the longest that is worth its instructions, a datagram is not to be cut. */
const UART_PAYLOAD = 4096;
const DATAGRAM_PAYLOAD = 1024;

/** Of Wi-Fi, assumed: what scripts send of the 20 Mbit/s and more of a chip, and what a datagram waits. Nobody measured it. */
const WIFI_BITS = 5_000_000;
const WIFI_FRAME_MILLISECONDS = 2;

/**
 * A link by its name: `uart:BAUD`, or `udp` or `tcp` with, if need be, the bits that come through in a second, `udp:2000000`.
 *
 * @throws Refusal `link-unknown`
 */
export function parseLink(name: string): Link {
  const [, kind, rate] = /^(uart|udp|tcp)(?::([1-9]\d{2,9}))?$/.exec(name) ?? [];
  if (kind === "uart" && rate) {
    const baud = Number(rate);
    const frameMilliseconds = (1000 * 10 * FRAME_BYTES) / baud;
    return { name, kind, bitsPerSecond: baud, bitsPerByte: 10, frameMilliseconds, frameBytes: UART_PAYLOAD };
  }
  if (kind === "udp" || kind === "tcp")
    return {
      name,
      kind,
      bitsPerSecond: rate ? Number(rate) : WIFI_BITS,
      bitsPerByte: 8,
      frameMilliseconds: WIFI_FRAME_MILLISECONDS,
      frameBytes: DATAGRAM_PAYLOAD,
    };
  return refuse("link-unknown", { link: name });
}

/** Whether boards have their radio on for it. */
export function isWireless({ kind }: Pick<Link, "kind">): boolean {
  return kind !== "uart";
}

/** Milliseconds until so many bytes of payload are on the other board. */
export function transferMilliseconds(
  { bitsPerSecond, bitsPerByte, frameMilliseconds, frameBytes }: Link,
  bytes: number,
): number {
  const frames = Math.ceil(bytes / frameBytes);
  return (1000 * bytes * bitsPerByte) / bitsPerSecond + frames * frameMilliseconds;
}

/** Instructions of a frame and of a byte: framing, check and copies, counted by `npm run bench:pipeline` (docs/links.md). */
const SENT = { frame: 77_000, byte: 25 };
const RECEIVED = { frame: 111_400, byte: 27.6 };

/** What sending so many bytes takes of the CPU, in instructions of RV32IMC. */
export function sendInstructions(link: Link, bytes: number): number {
  return framed(SENT, link, bytes);
}

/** What receiving them takes. */
export function receiveInstructions(link: Link, bytes: number): number {
  return framed(RECEIVED, link, bytes);
}

function framed({ frame, byte }: typeof SENT, { frameBytes }: Link, bytes: number): number {
  return frame * Math.ceil(bytes / frameBytes) + byte * bytes;
}

/** Messages that a link keeps: received ones that wait beside the one that arrives, and sent ones that the peer may want again. */
export const INBOX = 1;
export const OUTBOX = 2;

/** Bytes that links keep on a board which receives and sends messages of so many. */
export function bufferBytes(received: number, sent: number): number {
  return (INBOX + 1) * received + OUTBOX * sent;
}
