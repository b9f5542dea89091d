/** Writes BigInt expressions down and counts what they cost. */
import * as cost from "../../cost/bigint.js";
import * as garbage from "../../cost/garbage.js";
import { expression } from "./periodic.js";

/** A BigInt expression that can stand as an operand, and the bits that its value may take. */
export interface Vector {
  readonly text: string;
  readonly bits: number;
}

export function wordsOf({ bits }: Vector): number {
  return Math.max(1, Math.ceil(bits / 32));
}

/** The module of one kernel while it is written: its constants, and the cost of what was written so far. */
export class Program {
  instructions = 0;
  garbageBytes = 0;
  readonly #constants = new Map<bigint, string>();
  readonly #names = new Set<string>();
  readonly #functions = new Map<string, string>();
  readonly #periods = new Set<number>();

  /** A module constant; equal ones are one. */
  constant(name: string, value: bigint): Vector {
    let text = this.#constants.get(value);
    if (text === undefined) {
      text = name;
      for (let i = 2; this.#names.has(text); i++) text = `${name}_${i}`;
      this.#constants.set(value, text);
      this.#names.add(text);
    }
    return { text, bits: bitLength(value) };
  }

  /** How many constants the module has. */
  get constantCount(): number {
    return this.#constants.size;
  }

  /** A function of the module, given from its parameters on; equal ones are one. @returns its name */
  function(name: string, text: string): string {
    let known = this.#functions.get(text);
    if (known === undefined) {
      known = `${name}${this.#functions.size}`;
      this.#functions.set(text, known);
    }
    return known;
  }

  /** Says after how many bits masks may repeat themselves, or after a few times as many. */
  repeats(...periods: readonly number[]): void {
    for (const bits of periods)
      for (const times of [1, 2, 3, 4, 6, 8, 16, 32]) this.#periods.add(bits * times);
  }

  /** A small number as a module constant. */
  number(value: number | bigint): Vector {
    return this.constant(`n${value}`, BigInt(value));
  }

  /** The declarations of all constants and functions. */
  declarations(): string {
    const periods = [...this.#periods].sort((a, b) => a - b);
    const constants = [...this.#constants].map(
      ([value, name]) => `const ${name} = ${expression(value, periods)};`,
    );
    const functions = [...this.#functions].map(([text, name]) => `\nfunction ${name}${text}`);
    return [...constants, ...functions].join("\n");
  }

  /** A number that is written where it is used: slower than a constant, for what is used once. */
  literal(value: bigint): Vector {
    const vector = { text: literalText(value), bits: bitLength(value) };
    const words = wordsOf(vector);
    this.spend(cost.literal(words), garbage.literal(words));
    return vector;
  }

  add(a: Vector, b: Vector): Vector {
    const [words, others] = [wordsOf(a), wordsOf(b)];
    this.spend(cost.add(words, others), garbage.add(Math.max(words, others)));
    return { text: `${a.text} + ${b.text}`, bits: Math.max(a.bits, b.bits) };
  }

  subtract(a: Vector, b: Vector): Vector {
    const [words, others] = [wordsOf(a), wordsOf(b)];
    this.spend(cost.subtract(words, others), garbage.subtract(Math.max(words, others)));
    return { text: `${a.text} - ${b.text}`, bits: Math.max(a.bits, b.bits) };
  }

  /** A vector times a number of few words. */
  multiply(a: Vector, by: Vector): Vector {
    this.spend(cost.multiply(wordsOf(a), wordsOf(by)), garbage.multiply(wordsOf(a), wordsOf(by)));
    return { text: `${operand(a).text} * ${by.text}`, bits: a.bits + by.bits };
  }

  and(a: Vector, mask: Vector): Vector {
    const bits = Math.min(a.bits, mask.bits);
    this.#bitwise(bits);
    return { text: `(${a.text} & ${mask.text})`, bits };
  }

  or(a: Vector, b: Vector): Vector {
    const bits = Math.max(a.bits, b.bits);
    this.#bitwise(bits);
    return { text: `(${a.text} | ${b.text})`, bits };
  }

  xor(a: Vector, b: Vector): Vector {
    const bits = Math.max(a.bits, b.bits);
    this.#bitwise(bits);
    return { text: `(${a.text} ^ ${b.text})`, bits };
  }

  #bitwise(bits: number): void {
    const words = wordsOf({ text: "", bits });
    this.spend(cost.bitwise(words), garbage.bitwise(words));
  }

  /** @param bits to the right where negative, which must not lose any that are set */
  shiftLeft(a: Vector, bits: number): Vector {
    return bits === 0 ? a : this.#shift(a, -bits);
  }

  shiftRight(a: Vector, bits: number): Vector {
    return bits === 0 ? a : this.#shift(a, bits);
  }

  #shift(a: Vector, bits: number): Vector {
    const words = wordsOf(a);
    this.spend(cost.shift(words, bits), garbage.shift(words, bits));
    const by = this.number(Math.abs(bits)).text;
    return { text: `(${a.text} ${bits < 0 ? "<<" : ">>"} ${by})`, bits: Math.max(1, a.bits - bits) };
  }

  /** Writes a statement that leaves a value in a variable. */
  assign(name: string, value: Vector, statements: string[]): Vector {
    statements.push(`${name} = ${value.text};`);
    this.spend(cost.statement());
    return { text: name, bits: value.bits };
  }

  spend(instructions: number, garbageBytes = 0): void {
    this.instructions += instructions;
    this.garbageBytes += garbageBytes;
  }
}

/** An expression that can stand beside any operator. */
export function operand(vector: Vector): Vector {
  return /^[\w.]+$|^\([^()]*\)$|^\w+\([^()]*\)$/.test(vector.text)
    ? vector
    : { ...vector, text: `(${vector.text})` };
}

/** Bits of a number's magnitude; 1 for 0. */
export function bitLength(value: bigint): number {
  const digits = (value < 0n ? -value : value).toString(16);
  return 4 * digits.length + 28 - Math.clz32(Math.max(1, Number.parseInt(digits[0], 16)));
}

export function literalText(value: bigint): string {
  const magnitude = value < 0n ? -value : value;
  const text = magnitude < 100_000n ? `${magnitude}n` : `0x${magnitude.toString(16)}n`;
  return value < 0n ? `-${text}` : text;
}
