/** What is written to a board, and where: `flash.json` beside the images that a build made. */
export interface FlashFile {
  readonly format: 1;
  /** Name of the board's description. */
  readonly board: string;
  readonly images: readonly FlashImage[];
  readonly partitions: readonly Partition[];
}

export interface FlashImage {
  /** "bootloader", "partition table" or "application". */
  readonly name: string;
  /** Beside flash.json. */
  readonly file: string;
  readonly offset: number;
}

/** A row of ESP-IDF's partition table. */
export interface Partition {
  readonly name: string;
  /** As in partitions.csv: app, data, or a number from 0x40 on, such as Moddable's for mods. */
  readonly type: string;
  /** As in partitions.csv: a name that ESP-IDF knows or a number. */
  readonly subtype: string;
  readonly offset: number;
  readonly bytes: number;
}
