/** SLIP, the framing of the loaders' packets: RFC 1055. */
const END = 0xc0;
const ESCAPE = 0xdb;
const ESCAPED_END = 0xdc;
const ESCAPED_ESCAPE = 0xdd;

/** Takes packets out of what comes in. What stands before the first frame, and a frame with a wrong escape, is dropped. */
export class SlipReader {
  #packet: number[] | undefined;
  #isEscaping = false;

  /** The packet that ends with this byte, if one does. */
  push(byte: number): Uint8Array | undefined {
    const packet = this.#packet;
    if (byte === END) {
      this.#isEscaping = false;
      const isWhole = packet !== undefined && packet.length > 0;
      this.#packet = isWhole ? undefined : [];
      return isWhole ? Uint8Array.from(packet) : undefined;
    }
    if (!packet) return undefined;
    if (this.#isEscaping) {
      this.#isEscaping = false;
      if (byte === ESCAPED_END) packet.push(END);
      else if (byte === ESCAPED_ESCAPE) packet.push(ESCAPE);
      else this.#packet = undefined;
    } else if (byte === ESCAPE) this.#isEscaping = true;
    else packet.push(byte);
    return undefined;
  }
}
