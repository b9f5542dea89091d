/** What distinguishes the chips' loaders. Sources: esptool, esptool/targets/*.py and the chips' serial-protocol documents. */
export interface ChipModel {
  readonly name: string;
  /** In answer to GET_SECURITY_INFO; undefined where the ROM has no such command. */
  readonly id?: number;
  /** In the register at 0x40001000. */
  readonly magic: number;
  /** Registers of the SPI controller at the flash. */
  readonly spi: { readonly base: number; readonly user2: number; readonly word0: number };
  /** Whether FLASH_DEFL_BEGIN in the ROM has a word for encryption. */
  readonly canEncrypt: boolean;
  /** The operation that the ROM's answer to a command that it does not know names: the command's own, or this. */
  readonly refusesAs?: number;
  /** The stub in esptool-js. */
  readonly stub: string;
}

const newer = { spi: { base: 0x60002000, user2: 0x20, word0: 0x58 }, canEncrypt: true };

export const esp32c3: ChipModel = { ...newer, name: "ESP32-C3", id: 5, magic: 0x1b31506f, stub: "esp32c3" };
export const esp32s3: ChipModel = { ...newer, name: "ESP32-S3", id: 9, magic: 0x9, stub: "esp32s3" };
export const esp32: ChipModel = {
  name: "ESP32",
  magic: 0x00f01d83,
  spi: { base: 0x3ff42000, user2: 0x24, word0: 0x80 },
  canEncrypt: false,
  stub: "esp32",
};
/** Nothing says which operation an ESP32's answer names: both are tried. */
export const esp32Otherwise: ChipModel = { ...esp32, refusesAs: 0xff };
