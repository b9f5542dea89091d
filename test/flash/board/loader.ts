/** The loader in a chip's ROM, and the stub that may take its place. */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import type { ChipModel } from "./chips.js";
import { OP, WHY } from "./commands.js";
import type { FlashMemory } from "./flash-memory.js";
import { FlashWriter, Rejected } from "./flash-writer.js";

const MAGIC_REGISTER = 0x40001000;
const READ_ID = 0x9f;
const STATUS_OK = 0;

/** What a loader does beside answering. */
export type Effect = { readonly baud: number } | "restart" | "stub" | undefined;

export interface Answer {
  readonly packets: readonly Uint8Array[];
  readonly effect: Effect;
}

interface Reply {
  readonly value?: number;
  readonly data?: Uint8Array;
  readonly effect?: Effect;
  /** Packets after the answer. */
  readonly more?: readonly Uint8Array[];
}

interface Segment {
  readonly address: number;
  readonly bytes: number[];
  readonly announced: number;
}

export class Loader {
  readonly #registers = new Map<number, number>();
  #writer: FlashWriter | undefined;
  #segments: Segment[] = [];
  #isAttached: boolean;

  constructor(
    readonly chip: ChipModel,
    readonly memory: FlashMemory,
    readonly isStub: boolean,
    /** What the flash says of itself. */
    readonly flashId: number,
    /** The flags in GET_SECURITY_INFO. */
    readonly securityFlags: number,
  ) {
    this.#isAttached = isStub;
    this.#registers.set(MAGIC_REGISTER, chip.magic);
  }

  /** @param packet direction, operation, length, checksum, data */
  answer(packet: Buffer): Answer {
    const [op, data] = [packet[1], packet.subarray(8)];
    if (packet[0] !== 0 || packet.readUInt16LE(2) !== data.length) return { packets: [], effect: undefined };
    try {
      const {
        value = 0,
        data: body = new Uint8Array(),
        effect,
        more = [],
      } = this.#run(op, data, packet.readUInt32LE(4));
      const first = this.#packet(op, value, body, STATUS_OK, 0);
      const times = op === OP.sync ? 8 : 1;
      return { packets: [...Array(times).fill(first), ...more], effect };
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      const named = error.why === WHY.invalid ? (this.chip.refusesAs ?? op) : op;
      return { packets: [this.#packet(named, 0, new Uint8Array(), 1, error.why)], effect: undefined };
    }
  }

  #packet(op: number, value: number, data: Uint8Array, failed: number, why: number): Uint8Array {
    const status = this.isStub ? [failed, why] : [failed, why, 0, 0];
    const head = Buffer.alloc(8);
    head[0] = 1;
    head[1] = op;
    head.writeUInt16LE(data.length + status.length, 2);
    head.writeUInt32LE(value >>> 0, 4);
    return Uint8Array.of(...head, ...data, ...status);
  }

  #run(op: number, data: Buffer, checksum: number): Reply {
    const words = Array.from({ length: data.length >> 2 }, (_, i) => data.readUInt32LE(4 * i));
    const take = (count: number) => {
      if (data.length !== 4 * count) throw new Rejected(WHY.invalid);
      return words;
    };
    const block = () => {
      const bytes = data.subarray(16);
      if (words[0] !== bytes.length) throw new Rejected(WHY.invalid);
      if (bytes.reduce((sum, byte) => sum ^ byte, 0xef) !== checksum) throw new Rejected(WHY.checksum);
      return { bytes, sequence: words[1] };
    };
    switch (op) {
      case OP.sync:
        if (data.length !== 36) throw new Rejected(WHY.invalid);
        return { value: this.isStub ? 0 : 0x55552007 };
      case OP.getSecurityInfo:
        return { data: this.#securityInfo() };
      case OP.readReg:
        return { value: this.#registers.get(take(1)[0]) ?? 0 };
      case OP.writeReg:
        this.#writeRegister(take(4)[0], words[1]);
        return {};
      case OP.changeBaudrate:
        return { effect: { baud: take(2)[0] } };
      case OP.spiAttach:
        take(this.isStub ? 1 : 2);
        this.#isAttached = true;
        return {};
      case OP.spiSetParams:
        take(6);
        return {};
      case OP.memBegin:
        this.#segments.push({ address: take(4)[3], announced: words[0], bytes: [] });
        return {};
      case OP.memData:
        this.#segments.at(-1)!.bytes.push(...block().bytes);
        return {};
      case OP.memEnd:
        return this.#startStub(take(2)[1]);
      case OP.flashBegin:
      case OP.flashDeflBegin:
        this.#beginToWrite(op, data, words);
        return {};
      case OP.flashData:
      case OP.flashDeflData: {
        if (!this.#writer) throw new Rejected(WHY.failed);
        const { bytes, sequence } = block();
        this.#writer.data(bytes, sequence);
        return {};
      }
      case OP.flashEnd:
      case OP.flashDeflEnd:
        return take(1)[0] === 0 ? { effect: "restart" } : this.isStub ? {} : { effect: "restart" };
      case OP.spiFlashMd5:
        return { data: this.#md5(take(4)) };
      default:
        return this.isStub ? this.#stubOnly(op, take) : this.#romOnly(op, take);
    }
  }

  #securityInfo(): Uint8Array {
    if (this.chip.id === undefined) throw new Rejected(WHY.invalid);
    const info = Buffer.alloc(20);
    info.writeUInt32LE(this.securityFlags, 0);
    info.writeUInt32LE(this.chip.id, 12);
    return info;
  }

  /** The controller runs the command in its registers when bit 18 of the first is set, and clears that. */
  #writeRegister(address: number, value: number): void {
    const { base, user2, word0 } = this.chip.spi;
    this.#registers.set(address, value);
    if (address !== base || !(value & (1 << 18))) return;
    this.#registers.set(base, 0);
    const isRead = ((this.#registers.get(base + user2) ?? 0) & 0xff) === READ_ID;
    this.#registers.set(base + word0, isRead && this.#isAttached ? this.flashId : 0xffffff);
  }

  #beginToWrite(op: number, data: Buffer, words: readonly number[]): void {
    const deflated = op === OP.flashDeflBegin;
    const count = !this.isStub && (this.chip.canEncrypt || !deflated) ? 5 : 4;
    if (data.length !== 4 * count) throw new Rejected(WHY.invalid);
    if (!this.#isAttached) throw new Rejected(WHY.failed);
    const [bytes, blocks, blockBytes, offset] = words;
    if (blockBytes > (this.isStub ? 0x4000 : 0x400)) throw new Rejected(WHY.failed);
    this.#writer = new FlashWriter(
      this.memory,
      { bytes, blocks, blockBytes, offset },
      { deflated, isStub: this.isStub },
    );
  }

  /** A stub says in bytes what a ROM says in digits. */
  #md5([offset, bytes]: readonly number[]): Uint8Array {
    const digest = createHash("md5").update(this.memory.read(offset, bytes)).digest();
    return this.isStub ? digest : Buffer.from(digest.toString("hex"));
  }

  /** What was put into RAM must be the chip's stub, whole. */
  #startStub(entry: number): Reply {
    const stub = createRequire(import.meta.url)(`esptool-js/lib/targets/stub_flasher/${this.chip.stub}.json`);
    const isAt = (address: number, base64: string) =>
      this.#segments.some(
        (segment) =>
          segment.address === address &&
          segment.announced === segment.bytes.length &&
          Buffer.from(base64, "base64").equals(Buffer.from(segment.bytes)),
      );
    if (entry !== stub.entry || !isAt(stub.text_start, stub.text) || !isAt(stub.data_start, stub.data))
      throw new Rejected(WHY.failed);
    return { effect: "stub", more: [Buffer.from("OHAI")] };
  }

  #romOnly(op: number, take: (count: number) => readonly number[]): Reply {
    if (op !== OP.readFlashSlow) throw new Rejected(WHY.invalid);
    const [offset, bytes] = take(2);
    if (bytes > 64 || !this.#isAttached) throw new Rejected(WHY.failed);
    return { data: this.memory.read(offset, bytes) };
  }

  #stubOnly(op: number, take: (count: number) => readonly number[]): Reply {
    if (op === OP.readFlash) {
      const [offset, bytes, blockBytes] = take(4);
      const all = this.memory.read(offset, bytes);
      const parts = Array.from({ length: Math.ceil(bytes / blockBytes) }, (_, i) =>
        all.slice(i * blockBytes, (i + 1) * blockBytes),
      );
      return { more: [...parts, createHash("md5").update(all).digest()] };
    }
    if (op === OP.eraseRegion) {
      const [offset, bytes] = take(2);
      for (let at = offset; at < offset + bytes; at += 4096) this.memory.erase(at);
      return {};
    }
    if (op !== OP.eraseFlash) throw new Rejected(WHY.invalid);
    for (let at = 0; at < this.memory.bytes.length; at += 4096) this.memory.erase(at);
    return {};
  }
}
