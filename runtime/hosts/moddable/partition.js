import Flash from "flash";

/** A partition of the chip's flash, for a model store. */
export class FlashPartition {
  /** @param {string} name in the partition table */
  constructor(name) {
    this.flash = new Flash(name);
    this.bytes = this.flash.byteLength;
    this.blockBytes = this.flash.blockSize;
  }

  map() {
    return this.flash.map();
  }

  erase(block) {
    this.flash.erase(block);
  }

  write(offset, bytes) {
    this.flash.write(offset, bytes.length, bytes);
  }
}
