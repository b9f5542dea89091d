import type { Partition } from "../../store/partition.js";

/**
 * A partition of the chip's flash, for a model store, by Moddable's module `flash`. ESP32 and its successors map it; the
 * ESP8266 does not, and `map()` throws there.
 */
export class FlashPartition implements Partition {
  /**
   * @param name of a data partition in the partition table
   * @throws Error where there is none of that name
   */
  constructor(name: string);
  readonly bytes: number;
  readonly blockBytes: number;
  map(): ArrayBuffer;
  erase(block: number): void;
  write(offset: number, bytes: Uint8Array): void;
}
