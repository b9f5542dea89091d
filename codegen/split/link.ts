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
export function transferMilliseconds(link: Link, bytes: number): number {
  const { bitsPerSecond, bitsPerByte, frameMilliseconds } = link;
  return (1000 * bytes * bitsPerByte) / bitsPerSecond + framesOf(link, bytes) * frameMilliseconds;
}

/** Frames on their way at a time. */
export const WINDOW = 4;

/**
 * Instructions of a frame, its bytes copied and checked, and of what a stage does with a message beside computing: counted by
 * `npm run bench:pipeline` (docs/links.md). So are those of a status frame.
 */
const SENT = { frame: 164_000, byte: 26.7, message: 34_000, messageByte: 2.6 };
const RECEIVED = { frame: 170_000, byte: 28, message: 34_000, messageByte: 22.5 };
const STATUS = { sent: 83_000, heard: 87_000 };

/** Of a poll that finds nothing to do: one comes with each tile. */
export const POLL_INSTRUCTIONS = 14_000;

/** What sending so many bytes takes of the CPU, in instructions of RV32IMC: what the peer says to it included. */
export function sendInstructions(link: Link, bytes: number): number {
  return framed(SENT, link, bytes) + STATUS.heard * statuses(link, bytes);
}

/** What receiving them takes. */
export function receiveInstructions(link: Link, bytes: number): number {
  return framed(RECEIVED, link, bytes) + STATUS.sent * statuses(link, bytes);
}

function framed({ frame, byte, message, messageByte }: typeof SENT, link: Link, bytes: number): number {
  return frame * framesOf(link, bytes) + message + (byte + messageByte) * bytes;
}

/** Status frames for a message: one for each half of a window, and one when it is taken, which releases others as well. */
function statuses(link: Link, bytes: number): number {
  return Math.ceil((2 * framesOf(link, bytes)) / WINDOW) + 1;
}

function framesOf({ frameBytes }: Link, bytes: number): number {
  return Math.ceil(bytes / frameBytes);
}
