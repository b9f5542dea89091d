/** Σ w · x of every channel at once: columns of weights, one of each channel, times inputs. */
import { fromInteger, statement } from "../../cost/bigint.js";
import * as garbage from "../../cost/garbage.js";
import { interpreter } from "../../cost/interpreter.js";
import { perWord } from "../element.js";
import type { Program, Vector } from "../planes/program.js";
import { columnOf, isUsed, Run } from "./columns.js";
import type { Layer } from "./layer.js";
import { type Layout, places, vector } from "./layout.js";
import type { Scalar, Scalars } from "./scalars.js";

/** A call that adds some inputs of a tap. */
export interface Call {
  readonly name: string;
  /** Word of the tap where they begin. */
  readonly word: number;
  /** Where sums are split and this ends a run: what the run has to begin with. */
  readonly runStart?: Vector;
}

/** Columns of a function: each takes a slot of the stack while it runs. */
const MOST_COLUMNS = 96;

/** Instructions of calling a function, reading a word, and keeping and testing an input. */
const CALL = interpreter.call + 3 * interpreter.argument + 2 * interpreter.statement;
const READ_WORD = interpreter.statement + interpreter.typedRead + interpreter.operator;
const TEST_INPUT = interpreter.statement + interpreter.operator;

/** What a function takes more for each constant of the module that it uses. */
export const ENTRY = 31;

/** BigInt(x) as an operand, where the function is in a local. */
const FROM_INTEGER = fromInteger() - 200;

/**
 * Writes the functions that add up the products of a block of channels. Each takes the words of the arena, the word where its
 * inputs begin and the sum so far.
 *
 * With two inputs at once a function adds up runs of products in narrow lanes, and only the channels' lanes of each run to
 * the sum, where they have twice the room. With one at a time, sums may be split into runs, each of some functions.
 */
export class SumWriter {
  readonly functions: string[] = [];
  /** What functions add in the channels' lanes beyond the products. */
  excess = 0n;
  /** What the runs of split sums begin with. */
  readonly runStarts: bigint[] = [];
  /** Columns of the function that has most. */
  mostColumns = 0;
  /** Bits of sums. */
  readonly bits: number;
  /** What inputs that are zero spare, were all of them. */
  readonly passing = { products: { instructions: 0, garbageBytes: 0 }, tests: 0 };

  readonly #program: Program;
  readonly #prefix: string;
  readonly #layer: Layer;
  readonly #layout: Layout;
  readonly #scalars: Scalars;
  /** Whether inputs of the zero point are tested for, because they are 0. */
  readonly #isTesting: boolean;
  readonly #isSplit: boolean;
  readonly #lanes: bigint;
  #splitRun: Run | undefined;
  #lines: string[] = [];
  #columns = 0;
  #run: { readonly it: Run; readonly line: number } | undefined;
  #failed = false;

  constructor(
    program: Program,
    prefix: string,
    layer: Layer,
    layout: Layout,
    scalars: Scalars,
    isSplit: boolean,
  ) {
    this.#isSplit = isSplit;
    this.#program = program;
    this.#prefix = prefix;
    this.#layer = layer;
    this.#layout = layout;
    this.#scalars = scalars;
    this.#isTesting = scalars.offsets.every((it) => it + layer.inputZeroPoint === 0);
    this.#lanes = vector(layout, () => (1n << BigInt(layout.bits)) - 1n);
    this.bits = layout.stride * places(layout) + layout.base;
  }

  /** Writes the functions of a tap. @returns undefined where lanes have no room for a single product */
  tap(tap: number): Call[] | undefined {
    const { depth, element } = this.#layer;
    const together = perWord(element);
    const calls: Call[] = [];
    let first = 0;
    for (let word = 0; word < depth / together; word++) {
      const input = tap * depth + together * word;
      const used = this.#scalars.scalars.filter((it) => isUsed(this.#layer, input, it));
      if (used.length === 0) continue;
      const isRunFull = this.#isSplit && !this.#intoSplitRun(input, used);
      if (isRunFull || this.#columns + used.length > MOST_COLUMNS) {
        calls.push(this.#end(first, isRunFull ? this.#endSplitRun() : undefined));
        first = word;
      }
      if (isRunFull && !this.#intoSplitRun(input, used)) this.#failed = true;
      this.#word(word === first ? "at" : `at + ${word - first}`, input, used);
    }
    const isLast = this.#isSplit && tap === this.#layer.channels[0].weights.length / depth - 1;
    if (this.#columns > 0 || isLast) calls.push(this.#end(first, isLast ? this.#endSplitRun() : undefined));
    return this.#failed ? undefined : calls;
  }

  #word(place: string, input: number, used: readonly Scalar[]): void {
    const program = this.#program;
    const { flip } = this.#scalars;
    const read = flip === undefined ? `words[${place}]` : `words[${place}] ^ ${flip}`;
    program.spend(READ_WORD + (flip === undefined ? 0 : interpreter.operator));
    const isTested = this.#isTesting && this.#layout.inputs === 1;
    if (isTested) {
      program.spend(interpreter.operator);
      this.#lines.push(`if ((v = ${read})) {`);
    } else this.#lines.push(`v = ${read};`);
    for (const scalar of used) {
      if (scalar.high !== undefined) this.#intoRun(input, scalar);
      const line = this.#product(input, scalar);
      this.#lines.push(isTested ? `  ${line}` : line);
    }
    if (isTested) this.#lines.push("}");
  }

  /** Adds the product of a factor and its column. */
  #product(input: number, scalar: Scalar): string {
    const program = this.#program;
    const column = program.constant(
      `${this.#prefix}W${input + scalar.low}`,
      columnOf(this.#layer, this.#layout, input, scalar),
    );
    this.#columns++;
    const reading = interpreter.operator * scalar.operators;
    program.spend(reading);
    const { instructions, garbageBytes } = program;
    program.spend(FROM_INTEGER + statement(), garbage.fromInteger());
    program.multiply(column, { text: "", bits: 32 });
    program.add(this.#sum(), this.#sum());
    const add = (factor: string) => `acc = acc + ${column.text} * big(${factor});`;
    if (!this.#isTesting) return add(scalar.text);
    const { products } = this.passing;
    products.instructions += program.instructions - instructions;
    products.garbageBytes += program.garbageBytes - garbageBytes;
    program.spend(TEST_INPUT);
    if (this.#layout.inputs === 1) this.passing.tests += reading + TEST_INPUT;
    return `if ((x = ${scalar.text})) ${add("x")}`;
  }

  /** @returns false where the run has no room for all factors of a word */
  #intoSplitRun(input: number, used: readonly Scalar[]): boolean {
    this.#splitRun ??= new Run(this.#layer, this.#layout, this.#scalars.offsets);
    const run = this.#splitRun;
    return used.every((it) => run.add(input, it));
  }

  #endSplitRun(): Vector {
    const start = (this.#splitRun ?? new Run(this.#layer, this.#layout, this.#scalars.offsets)).start();
    this.#splitRun = undefined;
    this.runStarts.push(start);
    return this.#program.constant(`${this.#prefix}RUN`, start);
  }

  #intoRun(input: number, scalar: Scalar): void {
    if (this.#run?.it.add(input, scalar)) return;
    this.#endRun();
    this.#run = {
      it: new Run(this.#layer, this.#layout, this.#scalars.offsets),
      line: this.#lines.push("") - 1,
    };
    if (!this.#run.it.add(input, scalar)) this.#failed = true;
  }

  #endRun(): void {
    if (!this.#run) return;
    const program = this.#program;
    const start = this.#run.it.start();
    this.excess += start & this.#lanes;
    this.#lines[this.#run.line] =
      `acc = ${program.constant(`${this.#prefix}RUN${this.#columns}`, start).text};`;
    const useful = program.and(this.#sum("acc"), program.constant(`${this.#prefix}LANES`, this.#lanes));
    this.#lines.push(`total = ${program.add(this.#sum("total"), useful).text};`);
    program.spend(2 * statement());
    this.#run = undefined;
  }

  /** Ends the function. @param word of the tap where it begins */
  #end(word: number, runStart?: Vector): Call {
    this.#endRun();
    const name = `${this.#prefix}sum${this.functions.length}`;
    const sum = this.#layout.inputs === 1 ? "acc" : "total";
    const body = [
      "const big = BigInt;",
      "let v: number;",
      ...(this.#isTesting ? ["let x: number;"] : []),
      ...(sum === "total" ? ["let acc: bigint;"] : []),
      ...this.#lines,
      `return ${sum};`,
    ];
    this.functions.push(
      `function ${name}(words: Int32Array, at: number, ${sum}: bigint): bigint {\n  ${body.join("\n  ")}\n}`,
    );
    this.#program.spend(CALL + ENTRY * this.#columns);
    this.mostColumns = Math.max(this.mostColumns, this.#columns);
    this.#lines = [];
    this.#columns = 0;
    return { name, word, ...(runStart && { runStart }) };
  }

  #sum(text = "acc"): Vector {
    return { text, bits: this.bits };
  }
}
