/**
 * What a layer reads from `weights.bin`: for each output channel a record of numbers, which its kernel takes as BigInts. The
 * kernel's text knows their places alone.
 */
import { constants } from "../../../cost/constants.js";
import { bytes, longs, type Placed, words } from "../../../ops/operator.js";
import type { Program, Vector } from "../program.js";
import type { Book } from "./book.js";
import type { DataStage } from "./stage.js";

/** A number of each output channel's record. */
export type Field = (output: number) => bigint;

/** Instructions of `w[i + n]`, of `BigInt(weights32[j + n])`, and of `w[weights8[k + n] & 255]`, as operands. */
const READ = 610;
const NARROW_READ = constants.interpreter.typedRead + constants.bigint.fromInteger;
const BOOK_READ = READ + constants.interpreter.typedRead + constants.interpreter.operator;

export class Records {
  /** Those that hold weights, by the stage that reads them, and the bytes that each takes as it is. */
  readonly weights = new Map<DataStage, { readonly field: Field; readonly bytes: number }[]>();
  readonly #isCompact: boolean;
  readonly #book: Book | undefined;
  readonly #wide: Field[] = [];
  readonly #narrow: Field[] = [];
  readonly #indexed: Field[] = [];

  /**
   * @param isCompact whether numbers of 32 bits take no more, though they are then slower to read
   * @param book the numbers that weights of some stages are taken from
   */
  constructor(isCompact: boolean, book?: Book) {
    this.#isCompact = isCompact;
    this.#book = book;
  }

  /**
   * A number of the record.
   *
   * @param bits of its magnitude, at most 63
   */
  read(program: Program, bits: number, field: Field): Vector {
    if (this.#isNarrow(bits)) {
      program.spend(NARROW_READ);
      return { text: `BigInt(weights32[j + ${this.#narrow.push(field) - 1}])`, bits };
    }
    program.spend(READ);
    return { text: `w[i + ${this.#wide.push(field) - 1}]`, bits };
  }

  /** A number that holds weights of a stage. */
  readWeights(program: Program, bits: number, stage: DataStage, field: Field): Vector {
    const known = this.weights.get(stage) ?? [];
    this.weights.set(stage, known);
    known.push({ field, bytes: this.#isNarrow(bits) ? 4 : 8 });
    if (!this.#book?.stages.has(stage)) return this.read(program, bits, field);
    program.spend(BOOK_READ);
    return { text: `w[weights8[k + ${this.#indexed.push(field) - 1}] & 255]`, bits };
  }

  #isNarrow(bits: number): boolean {
    return this.#isCompact && bits <= 31;
  }

  /** Statements that find the records from output channel `from` on; `constants` are the layer's. The book comes before them. */
  open(channels: number): string[] {
    const first = this.#book?.numbers.length ?? 0;
    const length = first + this.#wide.length * channels;
    return [
      `  const w = new BigInt64Array(weights8.buffer, weights8.byteOffset + 8 * constants[0], ${length});`,
      `  let i = ${first > 0 ? `${first} + ` : ""}from * ${this.#wide.length};`,
      ...(this.#narrow.length > 0 ? [`  let j = constants[1] + from * ${this.#narrow.length};`] : []),
      ...(this.#indexed.length > 0 ? [`  let k = constants[6] + from * ${this.#indexed.length};`] : []),
    ];
  }

  /** Statements that go on to the next record. */
  next(): string[] {
    return [
      `i += ${this.#wide.length};`,
      ...(this.#narrow.length > 0 ? [`j += ${this.#narrow.length};`] : []),
      ...(this.#indexed.length > 0 ? [`k += ${this.#indexed.length};`] : []),
    ];
  }

  /** The sections of `weights.bin`: numbers, those of 32 bits, and indexes. */
  sections(name: string, channels: number): [number | Placed, number | Placed, number | Placed] {
    const all = (fields: readonly Field[]) =>
      Array.from({ length: channels }, (_, output) => fields.map((field) => field(output))).flat();
    const narrow = all(this.#narrow).map(Number);
    const indexes = all(this.#indexed).map((number) => this.#book!.indexOf(number));
    return [
      longs(`${name}: records`, [...(this.#book?.numbers ?? []), ...all(this.#wide)]),
      narrow.length > 0 ? words(`${name}: numbers of 32 bits`, narrow) : 0,
      indexes.length > 0 ? bytes(`${name}: indexes of numbers`, Uint8Array.from(indexes)) : 0,
    ];
  }

  /** Bytes of the sections. */
  bytes(channels: number): number {
    const book = 8 * (this.#book?.numbers.length ?? 0);
    return book + channels * (8 * this.#wide.length + 4 * this.#narrow.length + this.#indexed.length);
  }
}
