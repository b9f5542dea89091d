/** SLIP as the chips' ROM does it; the host has its own. */
export function frame(packet: Uint8Array): Uint8Array {
  const body = [...packet].flatMap((byte) =>
    byte === 0xc0 ? [0xdb, 0xdc] : byte === 0xdb ? [0xdb, 0xdd] : [byte],
  );
  return Uint8Array.of(0xc0, ...body, 0xc0);
}

export class Frames {
  #open: number[] | undefined;

  /** The packets that end in these bytes. */
  push(bytes: Uint8Array): Buffer[] {
    const packets: Buffer[] = [];
    for (const byte of bytes) {
      if (byte !== 0xc0) this.#open?.push(byte);
      else if (this.#open && this.#open.length > 0) {
        packets.push(plain(this.#open));
        this.#open = undefined;
      } else this.#open = [];
    }
    return packets;
  }
}

function plain(escaped: readonly number[]): Buffer {
  const bytes: number[] = [];
  for (let i = 0; i < escaped.length; i++) {
    if (escaped[i] !== 0xdb) bytes.push(escaped[i]);
    else bytes.push(escaped[++i] === 0xdc ? 0xc0 : 0xdb);
  }
  return Buffer.from(bytes);
}
