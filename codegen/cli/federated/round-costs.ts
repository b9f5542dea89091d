/** What rounds take of boards: bytes, and with a board's description energy; and what a result's storing takes of flash. */
import type { ChipBoard } from "../../../boards/board.js";
import { exactly, product, type Range, sum } from "../../../boards/figure.js";
import { activeWatts } from "../../../boards/predict.js";
import type { Address } from "../../../boards/transports/address.js";
import type { Traffic } from "../../../boards/transports/counted.js";
import { HEADER_BYTES } from "../../../runtime/store/header.js";

/** A start bit, 8 bits and a stop bit. */
const UART_BITS_PER_BYTE = 10;

/** The least that flash erases, which is also what a slot begins with. */
const BLOCK_BYTES = 4096;

/**
 * Joules that all boards take while bytes are on their serial lines, CPU running: both directions share the time of the longer one.
 *
 * @returns undefined where a line is no UART: descriptions say nothing of radios
 */
export function lineJoules(
  board: ChipBoard,
  lines: readonly { readonly address: Address; readonly traffic: Traffic }[],
): Range | undefined {
  let joules = exactly(0);
  for (const { address, traffic } of lines) {
    if (address.kind !== "serial") return undefined;
    const seconds = (UART_BITS_PER_BYTE * Math.max(traffic.sent, traffic.received)) / address.baud;
    joules = sum(joules, product(activeWatts(board), exactly(seconds)));
  }
  return joules;
}

/** Blocks that a board's store erases when it takes an update. */
export function erasures(update: Uint8Array): number {
  return 1 + Math.ceil((update.length - HEADER_BYTES) / BLOCK_BYTES);
}
