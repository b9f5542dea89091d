/** The layout of `weights.bin`: aligned sections one after another. */
import { ALIGNMENT, align } from "../ops/place.js";

export interface Section {
  readonly name: string;
  /** Byte offset and length, padding not included. */
  readonly offset: number;
  readonly length: number;
}

export class WeightsLayout {
  readonly sections: Section[] = [];
  readonly #sharesEqual: boolean;
  readonly #parts: Uint8Array[] = [];
  readonly #offsets = new Map<string, number>();
  #length = 0;

  /** @param sharesEqual whether equal sections are one; not where other weights are to take the place of these */
  constructor(sharesEqual = true) {
    this.#sharesEqual = sharesEqual;
  }

  /** @returns the byte offset of the section that holds these bytes */
  add(name: string, bytes: Uint8Array, alignment = ALIGNMENT): number {
    const key = new TextDecoder("latin1").decode(bytes);
    const known = this.#offsets.get(key);
    if (this.#sharesEqual && known !== undefined && known % alignment === 0) return known;
    const offset = align(this.#length, alignment);
    this.#offsets.set(key, offset);
    this.sections.push({ name, offset, length: bytes.length });
    this.#parts.push(bytes);
    this.#length = align(offset + bytes.length);
    return offset;
  }

  /** The file. */
  bytes(): Uint8Array {
    const file = new Uint8Array(this.#length);
    for (const [i, part] of this.#parts.entries()) file.set(part, this.sections[i].offset);
    return file;
  }
}
