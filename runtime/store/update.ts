import {
  AT_COUNTER,
  AT_INPUTS,
  AT_MAGIC,
  AT_OUTPUTS,
  AT_RUNTIME,
  AT_STEPS,
  AT_STRUCTURE,
  AT_VECTORS,
  AT_WEIGHTS,
  HEADER_BYTES,
  hasDigest,
  hasStructure,
  isSigned,
  MAGIC,
  payloadBytes,
  RUNTIME,
  type Structure,
} from "./header.js";
import { type Reason, UpdateRefused } from "./refused.js";
import type { Digest } from "./sha256.js";
import type { Slot } from "./slot.js";

/** Bytes that are written at once, and the RAM that an update takes beside its header and the digest's state. */
const PAGE = 256;

/** What an update is checked against. */
export interface Expected {
  readonly structure: Structure;
  readonly publicKey: string;
  /** The version counter that it must exceed. */
  readonly newest: number;
  readonly digest: Digest;
}

/**
 * An update on its way into a slot: `write()` what arrives, in pieces of any size, then `end()`. The header is checked,
 * signature and all, before anything is erased; what was written is digested from where it was written to. A piece or an
 * end that is refused ends the update, and so does to forget it.
 */
export class Update {
  /** Bytes that came, and bytes of the whole update once its header is known. */
  received = 0;
  expected = 0;
  private readonly slot: Slot;
  private readonly against: Expected;
  private readonly header = new Uint8Array(HEADER_BYTES);
  private readonly page = new Uint8Array(PAGE);
  private isOver = false;

  constructor(slot: Slot, against: Expected) {
    this.slot = slot;
    this.against = against;
  }

  /**
   * Takes the next piece of the update.
   *
   * @throws UpdateRefused
   */
  write(piece: Uint8Array | ArrayBuffer): void {
    this.requireRunning();
    const bytes = piece instanceof Uint8Array ? piece : new Uint8Array(piece);
    for (let at = 0; at < bytes.length; )
      at += this.received < HEADER_BYTES ? this.takeHeader(bytes, at) : this.takePayload(bytes, at);
  }

  /**
   * Ends the update: the next `open()` gives the new model, on trial.
   *
   * @throws UpdateRefused where it is not complete, or not what was signed
   */
  end(): void {
    this.requireRunning();
    const { received, expected, slot, against } = this;
    if (received < HEADER_BYTES || received < expected)
      this.refuse("truncated", `the update ends after ${received} of ${expected || "more"} bytes`);
    const words = new Int32Array(this.header.buffer);
    if (!hasDigest(words, against.digest.digest()))
      this.refuse(
        "digest",
        "the weights are not those that were signed: bits were flipped on the way or in flash",
      );
    this.isOver = true;
    slot.seal(this.header);
  }

  /** Ends the update without effect. */
  abort(): void {
    this.isOver = true;
  }

  /** Takes a piece of the header. @returns how many bytes of it */
  private takeHeader(bytes: Uint8Array, from: number): number {
    const length = Math.min(HEADER_BYTES - this.received, bytes.length - from);
    this.header.set(bytes.subarray(from, from + length), this.received);
    this.received += length;
    if (this.received === HEADER_BYTES) {
      this.expected = HEADER_BYTES + this.checkHeader(new Int32Array(this.header.buffer));
      this.slot.clear();
    }
    return length;
  }

  /** Takes a piece of the payload, as much as the page has room for. @returns how many bytes of it */
  private takePayload(bytes: Uint8Array, from: number): number {
    const { received, expected } = this;
    if (received === expected) this.refuse("too-long", `the update goes on after its ${expected} bytes`);
    const filled = (received - HEADER_BYTES) % PAGE;
    const length = Math.min(PAGE - filled, bytes.length - from, expected - received);
    this.page.set(bytes.subarray(from, from + length), filled);
    this.received += length;
    if (filled + length === PAGE || this.received === expected) this.flush();
    return length;
  }

  /** Writes what is in the page to flash, and digests it from there. */
  private flush(): void {
    const taken = this.received - HEADER_BYTES;
    const length = taken % PAGE || PAGE;
    const offset = taken - length;
    this.page.fill(255, length);
    this.slot.append(offset, this.page.subarray(0, (length + 3) & ~3));
    this.against.digest.update(this.slot.payload(offset, length));
  }

  /** @returns the bytes of the payload */
  private checkHeader(words: Int32Array): number {
    const { structure, newest, publicKey } = this.against;
    const counter = words[AT_COUNTER];
    const runtime = words[AT_RUNTIME];
    if (words[AT_MAGIC] !== MAGIC)
      this.refuse("no-update", "this is no update that xsnn packed, or one of a later format");
    if (!hasStructure(words, structure.hash) || words[AT_WEIGHTS] !== structure.weightsBytes)
      this.refuse(
        "structure",
        `the update is for code of structure ${hex(words, AT_STRUCTURE)}, the application has ${hex(structure.hash, 0)}: ` +
          "what differs is more than weights and needs a new application",
      );
    if (runtime > RUNTIME)
      this.refuse("runtime", `the update needs runtime ${runtime}, the application has ${RUNTIME}`);
    if (counter <= newest)
      this.refuse("older", `version ${counter} is not newer than ${newest}, which is or was here`);
    if (!isSigned(this.header, publicKey))
      this.refuse("signature", "the update is not signed with the key that this application trusts");
    const bytes = payloadBytes(words);
    const isPlain =
      words[AT_VECTORS] >= 0 && words[AT_STEPS] >= 0 && words[AT_INPUTS] >= 0 && words[AT_OUTPUTS] >= 0;
    if (!isPlain || bytes > this.slot.capacity)
      this.refuse("too-long", `the update has ${bytes} bytes, a slot has room for ${this.slot.capacity}`);
    return bytes;
  }

  private requireRunning(): void {
    if (this.isOver) throw new Error("the update has ended");
  }

  private refuse(reason: Reason, message: string): never {
    this.isOver = true;
    throw new UpdateRefused(reason, message);
  }
}

/** The first eight bytes of a hash, in hexadecimal. */
function hex(words: ArrayLike<number>, at: number): string {
  let text = "";
  for (let i = 0; i < 8; i++) {
    const byte = (words[at + (i >> 2)] >> (8 * (i & 3))) & 255;
    text += (byte < 16 ? "0" : "") + byte.toString(16);
  }
  return text;
}
