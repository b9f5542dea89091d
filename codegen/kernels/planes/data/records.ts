/**
 * What a layer reads from `weights.bin`: for each output channel a record of numbers, which its kernel takes as BigInts. The
 * kernel's text knows their places alone.
 */
import { constants } from "../../../cost/constants.js";
import { longs, type Placed, words } from "../../../ops/operator.js";
import type { Program, Vector } from "../program.js";

/** A number of each output channel's record. */
type Field = (output: number) => bigint;

/** Instructions of `w[i + n]`, and of `BigInt(weights32[j + n])`, as operands. */
const READ = 610;
const NARROW_READ = constants.interpreter.typedRead + constants.bigint.fromInteger;

export class Records {
  readonly #isCompact: boolean;
  readonly #wide: Field[] = [];
  readonly #narrow: Field[] = [];

  /** @param isCompact whether numbers of 32 bits take no more, though they are then slower to read */
  constructor(isCompact: boolean) {
    this.#isCompact = isCompact;
  }

  /**
   * A number of the record.
   *
   * @param bits of its magnitude, at most 63
   */
  read(program: Program, bits: number, field: Field): Vector {
    if (this.#isCompact && bits <= 31) {
      program.spend(NARROW_READ);
      return { text: `BigInt(weights32[j + ${this.#narrow.push(field) - 1}])`, bits };
    }
    program.spend(READ);
    return { text: `w[i + ${this.#wide.push(field) - 1}]`, bits };
  }

  /** Statements that find the records from output channel `from` on; `constants` are the layer's. */
  open(channels: number): string[] {
    const wide = `  const w = new BigInt64Array(weights8.buffer, 8 * constants[0], ${this.#wide.length * channels});`;
    return [
      wide,
      `  let i = from * ${this.#wide.length};`,
      ...(this.#narrow.length > 0 ? [`  let j = constants[1] + from * ${this.#narrow.length};`] : []),
    ];
  }

  /** Statements that go on to the next record. */
  next(): string[] {
    return [
      `i += ${this.#wide.length};`,
      ...(this.#narrow.length > 0 ? [`j += ${this.#narrow.length};`] : []),
    ];
  }

  /** The sections of `weights.bin`. */
  sections(name: string, channels: number): (number | Placed)[] {
    const all = (fields: readonly Field[]) =>
      Array.from({ length: channels }, (_, output) => fields.map((field) => field(output))).flat();
    const narrow = all(this.#narrow).map(Number);
    return [
      longs(`${name}: records`, all(this.#wide)),
      narrow.length > 0 ? words(`${name}: numbers of 32 bits`, narrow) : 0,
    ];
  }

  /** Bytes of the sections. */
  bytes(channels: number): number {
    return channels * (8 * this.#wide.length + 4 * this.#narrow.length);
  }
}
