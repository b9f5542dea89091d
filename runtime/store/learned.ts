/**
 * What a model has learned on its device, in a partition of its own with two halves: a round is written into the one that does not
 * hold the newest. Its header comes last and has a checksum of all of it, so whenever the power goes the round before it is there.
 */
import { AT_STRUCTURE, type Structure } from "./header.js";
import type { Partition } from "./partition.js";

/** A model that learns; `TrainableNetwork` is one. */
export interface LearningModel {
  /** Deployed weights and biases that are trained, where they are. */
  readonly learned: readonly Uint8Array[];
  /** Goes on from them, after they were written from outside. */
  adopt(): void;
}

export interface LearnedOptions {
  readonly partition: Partition;
  /** `structure` of the model's module. */
  readonly structure: Structure;
  /** Version counter of the weights that were learned on: `store.counter` of a model store, 0 without. What was learned on others is not restored. */
  readonly base?: number;
}

/** "XSL" and the number of this format. */
const MAGIC = 0x014c5358;

/** Words of the header: magic, sequence number, the first of the structure's hash (as in headers of updates), base, length. */
const AT_SEQUENCE = 1;
const HASH_WORDS = 4;
const AT_BASE = AT_STRUCTURE + HASH_WORDS;
const AT_LENGTH = AT_BASE + 1;
const AT_CHECK = AT_LENGTH + 1;
const HEADER_WORDS = AT_CHECK + 1;
const HEADER_BYTES = 4 * HEADER_WORDS;

/** Bytes that are written at once. */
const PAGE = 256;

export class LearnedStore {
  private readonly options: LearnedOptions;
  private readonly memory: ArrayBuffer;
  /** Bytes of a half. */
  private readonly half: number;

  /** Maps the partition. @throws RangeError where it has no two blocks */
  constructor(options: LearnedOptions) {
    const { bytes, blockBytes } = options.partition;
    const blocks = Math.floor(bytes / (2 * blockBytes));
    if (blocks < 1) throw new RangeError("a partition for what is learned has at least two blocks");
    this.options = options;
    this.memory = options.partition.map();
    this.half = blocks * blockBytes;
  }

  /** Puts the newest round that holds into the model. @returns whether there was one for this model */
  restore(model: LearningModel): boolean {
    const at = this.newest(lengthOf(model));
    if (at < 0) return false;
    let from = at + HEADER_BYTES;
    for (let i = 0; i < model.learned.length; i++) {
      const part = model.learned[i];
      part.set(new Uint8Array(this.memory, from, part.length));
      from += part.length;
    }
    model.adopt();
    return true;
  }

  /**
   * Writes a round, unless the newest is the same. Each block that it takes is erased once.
   *
   * @throws RangeError where half of the partition is too small
   */
  save(model: LearningModel): void {
    const { partition, structure, base = 0 } = this.options;
    const length = lengthOf(model);
    if (HEADER_BYTES + length > this.half)
      throw new RangeError(
        `a round takes ${HEADER_BYTES + length} bytes, and half of the partition has ${this.half}`,
      );
    const newest = this.newest(length);
    if (newest >= 0 && this.isAt(newest + HEADER_BYTES, model)) return;
    const start = newest === 0 ? this.half : 0;
    const header = new Int32Array(HEADER_WORDS);
    header[0] = MAGIC;
    header[AT_SEQUENCE] = newest < 0 ? 1 : this.word(newest, AT_SEQUENCE) + 1;
    for (let i = 0; i < HASH_WORDS; i++) header[AT_STRUCTURE + i] = structure.hash[i];
    header[AT_BASE] = base;
    header[AT_LENGTH] = length;
    const end = start + HEADER_BYTES + length;
    for (let at = start; at < end; at += partition.blockBytes) partition.erase(at / partition.blockBytes);
    this.write(model, start + HEADER_BYTES);
    header[AT_CHECK] = check(header, new Int32Array(this.memory, start + HEADER_BYTES, length >> 2));
    partition.write(start, new Uint8Array(header.buffer));
  }

  /** Writes all parts one after the other, page by page. */
  private write(model: LearningModel, start: number): void {
    const { partition } = this.options;
    const page = new Uint8Array(PAGE);
    let filled = 0;
    let to = start;
    const flush = () => {
      page.fill(0, filled);
      const written = (filled + 3) & ~3;
      partition.write(to, page.subarray(0, written));
      to += written;
      filled = 0;
    };
    for (let i = 0; i < model.learned.length; i++) {
      const part = model.learned[i];
      for (let from = 0; from < part.length; ) {
        const count = Math.min(PAGE - filled, part.length - from);
        page.set(part.subarray(from, from + count), filled);
        filled += count;
        from += count;
        if (filled === PAGE) flush();
      }
    }
    if (filled > 0) flush();
  }

  /** Whether the bytes of all parts lie there. */
  private isAt(start: number, { learned }: LearningModel): boolean {
    let from = start;
    for (let i = 0; i < learned.length; i++) {
      const part = learned[i];
      const { length } = part;
      const stored = new Uint8Array(this.memory, from, length);
      for (let j = 0; j < length; j++) if (part[j] !== stored[j]) return false;
      from += length;
    }
    return true;
  }

  /** Where the newest round of so many bytes begins that is for this model, and whole; −1 where there is none. */
  private newest(length: number): number {
    const first = this.sequenceAt(0, length);
    const second = this.sequenceAt(this.half, length);
    if (first === 0 && second === 0) return -1;
    return first > second ? 0 : this.half;
  }

  /** The sequence number of what lies there; 0 where nothing that holds does. */
  private sequenceAt(start: number, length: number): number {
    const { structure, base = 0 } = this.options;
    const header = new Int32Array(this.memory, start, HEADER_WORDS);
    if (header[0] !== MAGIC || header[AT_BASE] !== base || header[AT_LENGTH] !== length) return 0;
    for (let i = 0; i < HASH_WORDS; i++) if (header[AT_STRUCTURE + i] !== structure.hash[i]) return 0;
    const payload = new Int32Array(this.memory, start + HEADER_BYTES, length >> 2);
    return header[AT_CHECK] === check(header, payload) ? header[AT_SEQUENCE] : 0;
  }

  private word(start: number, index: number): number {
    return new Int32Array(this.memory, start, HEADER_WORDS)[index];
  }
}

/** Bytes of all parts, a multiple of 4. */
function lengthOf({ learned }: LearningModel): number {
  let length = 0;
  for (let i = 0; i < learned.length; i++) length += learned[i].length;
  return (length + 3) & ~3;
}

/** A checksum of the header before it, and of the payload: each step is one to one, so that a wrong word alone is always seen. */
function check(header: Int32Array, payload: Int32Array): number {
  let state = 1;
  for (let i = 0; i < AT_CHECK; i++) state = mixed(state, header[i]);
  for (let i = 0; i < payload.length; i++) state = mixed(state, payload[i]);
  return state;
}

function mixed(state: number, word: number): number {
  const product = Math.imul(state ^ word, 0x9e3779b1 | 0);
  return product ^ (product >>> 15);
}
