/** Flash as it behaves: writing clears bits, erasing sets all of a sector. */
const SECTOR = 4096;

export class FlashMemory {
  readonly bytes: Uint8Array;
  /** How often each sector was erased. */
  readonly erasures: Uint32Array;

  /** @param fill what a used board holds everywhere */
  constructor(size: number, fill = 0x5a) {
    this.bytes = new Uint8Array(size).fill(fill);
    this.erasures = new Uint32Array(size / SECTOR);
  }

  /** Erases the sector that an address is in. */
  erase(address: number): void {
    const sector = Math.floor(address / SECTOR);
    this.bytes.fill(0xff, sector * SECTOR, (sector + 1) * SECTOR);
    this.erasures[sector]++;
  }

  program(address: number, bytes: Uint8Array): void {
    for (const [i, byte] of bytes.entries()) this.bytes[address + i] &= byte;
  }

  read(address: number, count: number): Uint8Array {
    return this.bytes.subarray(address, address + count);
  }
}
