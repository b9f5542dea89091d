/**
 * A chip's loader in its ROM, or the stub in its place, by the commands that flashing takes. esptool-js speaks the protocol;
 * what it gets wrong without a stub, or does not offer, is done here with its commands. Source of their layouts: esptool's
 * documentation, docs/en/advanced-topics/serial-protocol.rst, and esptool/loader.py.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ESPLoader } from "esptool-js";
import { pack } from "./packed.js";
import { startStub } from "./stub.js";
import type { LineTransport } from "./transport.js";
import { md5, SECTOR } from "./write.js";

/** What every loader answers at first. */
export const ROM_BAUD = 115_200;

const SPI_SET_PARAMS = 0x0b;
const READ_FLASH_SLOW = 0x0e;

/** Blocks of deflated data that a ROM takes; stubs take larger ones. */
const ROM_BLOCK = 0x400;

/** What one slow read returns. */
const SLOW_READ_BYTES = 64;

/** How long the reset line is held. */
const RESET_MS = 100;

const silence = { clean() {}, write() {}, writeLine() {} };

export class BoardLoader extends ESPLoader {
  /** Whether a stub answered, which an earlier session left running. */
  #isStubThere = false;
  readonly #line: LineTransport;

  constructor(transport: LineTransport) {
    super({ transport, baudrate: ROM_BAUD, terminal: silence });
    this.#line = transport;
    this.FLASH_WRITE_SIZE = ROM_BLOCK;
    this.FLASH_READ_TIMEOUT = this.DEFAULT_TIMEOUT;
  }

  /** A ROM answers with a number, a stub with zero. */
  override async sync(): Promise<[number, Uint8Array]> {
    const answer = await super.sync();
    this.#isStubThere = answer[0] === 0;
    return answer;
  }

  async useStub(): Promise<void> {
    await this.chip.postConnect?.(this); // says how much the chip's own USB takes at once
    if (this.#isStubThere) this.IS_STUB = true;
    else await startStub(this);
    const isNarrow = this.chip.USB_RAM_BLOCK !== undefined && (await this.usesUsbOtg());
    this.FLASH_WRITE_SIZE = isNarrow ? this.chip.USB_RAM_BLOCK! : 0x4000;
  }

  /** @returns whether the chip is understood at the new rate */
  async useBaudRate(baud: number): Promise<boolean> {
    await this.command(this.ESP_CHANGE_BAUDRATE, words(baud, this.IS_STUB ? ROM_BAUD : 0));
    await this.transport.changeBaudrate(baud);
    await sleep(50);
    for (let tries = 0; tries < 2; tries++) {
      this.transport.flushInput();
      const answer = this.readReg(this.CHIP_DETECT_MAGIC_REG_ADDR, 500);
      if (
        await answer.then(
          () => true,
          () => false,
        )
      )
        return true;
    }
    return false;
  }

  /** Connects the chip to its flash, of which it knows nothing by itself. */
  async attachFlash(flashBytes: number): Promise<void> {
    if (this.chip.CHIP_NAME !== "ESP8266")
      await this.checkCommand("attach flash", this.ESP_SPI_ATTACH, words(0, ...(this.IS_STUB ? [] : [0])));
    const parameters = words(0, flashBytes, 64 * 1024, SECTOR, 256, 0xffff);
    await this.checkCommand("set the size of the flash", SPI_SET_PARAMS, parameters);
  }

  /** Bytes of flash by what the flash says of itself; 0 where it does not answer, undefined where that means nothing. */
  async flashBytes(): Promise<number | undefined> {
    const id = (await this.readFlashId()) & 0xffffff;
    if (id === 0 || id === 0xffffff) return 0;
    const size = this.DETECTED_FLASH_SIZES[id >> 16];
    return size ? this.flashSizeBytes(size as "4MB") : undefined;
  }

  /** Erases and writes. Bytes of the image that were sent are told of as they go. */
  async writeImage(image: Uint8Array, offset: number, onSent: (bytes: number) => void): Promise<void> {
    const blockBytes = this.FLASH_WRITE_SIZE;
    const blocks = pack(image, blockBytes);
    const erased = this.IS_STUB ? image.length : Math.ceil(image.length / blockBytes) * blockBytes;
    const begin = [erased, blocks.length, blockBytes, offset, ...(this.#takesEncryption() ? [0] : [])];
    const eraseMs = this.IS_STUB
      ? this.DEFAULT_TIMEOUT
      : this.timeoutPerMb(this.ERASE_REGION_TIMEOUT_PER_MB, erased);
    await this.checkCommand("begin to write", this.ESP_FLASH_DEFL_BEGIN, words(...begin), 0, 0, eraseMs);
    let pending = 0; // a stub writes a block after it has answered for it
    for (const [i, { bytes, imageBytes }] of blocks.entries()) {
      const busy = this.timeoutPerMb(this.ERASE_WRITE_TIMEOUT_PER_MB, Math.max(pending, imageBytes));
      await this.flashDeflBlock(bytes, i, busy);
      pending = imageBytes;
      onSent(imageBytes);
    }
    const last = this.timeoutPerMb(this.ERASE_WRITE_TIMEOUT_PER_MB, pending);
    if (this.IS_STUB) await this.flashDeflFinish(false, last); // a ROM would leave for the application
  }

  /** ROMs of chips that can encrypt flash take a word more. */
  #takesEncryption(): boolean {
    return !this.IS_STUB && !["ESP8266", "ESP32"].includes(this.chip.CHIP_NAME);
  }

  /** The MD5 that the chip finds in its flash, in hexadecimal digits. */
  async md5(offset: number, bytes: number): Promise<string> {
    const busy = this.timeoutPerMb(this.MD5_TIMEOUT_PER_MB, bytes);
    const range = words(offset, bytes, 0, 0);
    const length = this.IS_STUB ? 16 : 32; // a ROM answers in digits
    const answer = await this.checkCommand("read back", this.ESP_SPI_FLASH_MD5, range, 0, length, busy);
    const digest = Buffer.from(answer as Uint8Array);
    return this.IS_STUB ? digest.toString("hex") : digest.toString("latin1");
  }

  /** @param bytes a multiple of 64 */
  async readImage(offset: number, bytes: number): Promise<Uint8Array> {
    if (this.IS_STUB) {
      const read = await this.readFlash(offset, bytes);
      const digest = Buffer.from(await this.transport.read(this.DEFAULT_TIMEOUT)).toString("hex");
      if (digest !== md5(read)) throw new Error("what was read has another MD5 than what was sent");
      return read;
    }
    const read = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += SLOW_READ_BYTES) {
      const range = words(offset + at, SLOW_READ_BYTES);
      const part = await this.checkCommand("read flash", READ_FLASH_SLOW, range, 0, SLOW_READ_BYTES);
      read.set(part as Uint8Array, at);
    }
    return read;
  }

  /** Starts the application: by the reset line, or where there is none by a command. */
  async restart(): Promise<void> {
    await this.transport.setSignals(false, true);
    await sleep(RESET_MS);
    await this.transport.setSignals(false, false);
    if (!this.#line.line.hasSignals) await this.flashDeflFinish(true);
  }
}

/** Words of 32 bits, the least byte first. */
function words(...values: readonly number[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) bytes.setUint32(4 * i, value, true);
  return new Uint8Array(bytes.buffer);
}
