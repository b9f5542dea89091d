/** Accumulators in lanes to the outputs that TFLM makes of them, channel by channel in their lanes. */
import type { Requantization, Scaling } from "../../arithmetic/scaling.js";
import { statement } from "../../cost/bigint.js";
import { allBits } from "../element.js";
import { operand, type Program, type Vector } from "../planes/program.js";
import type { Fit } from "./fit.js";
import { groupVector, type Layout, vector } from "./layout.js";

/** Statements that requantize and clamp a block of channels. */
export class Requantizer {
  readonly statements: string[] = [];
  readonly #program: Program;
  readonly #prefix: string;
  readonly #layout: Layout;
  readonly #fit: Fit;
  #variables = 0;

  constructor(program: Program, prefix: string, layout: Layout, fit: Fit) {
    this.#program = program;
    this.#prefix = prefix;
    this.#layout = layout;
    this.#fit = fit;
  }

  /**
   * @param parts the accumulators: all of them or, where sums are split, every `groups`-th lane in each
   * @returns each output less the least one, in lanes whose lowest bit is 0
   */
  outputs(parts: readonly Vector[], { min, max }: Requantization): Vector {
    const { by } = this.#fit;
    const scaled =
      by === "bits from the bottom" ? this.#shiftedDown(parts[0]) : this.#products(parts, by === "factor");
    return this.#clamped(this.#local(scaled), max - min);
  }

  /** Products that are kept as a whole: of lanes far enough apart at a time, as they take more than one. */
  #products(parts: readonly Vector[], isFactor: boolean): Vector {
    const program = this.#program;
    const { groups, sign, scalings } = this.#fit;
    const { shift } = scalings[0];
    const results = Array.from({ length: groups }, (_, group) => {
      const only = (name: string, value: (o: number) => bigint) => this.#ofGroup(name, group, value);
      const lanes = parts[group] ?? parts[0];
      const own = groups > parts.length ? program.and(lanes, this.lanes(group)) : lanes;
      let product = isFactor ? this.#timesFactor(own) : this.#timesBits(own, group);
      product = program.add(
        product,
        only("R", (o) => this.#rounding(o)),
      );
      if (sign !== undefined)
        for (const step of new Set(scalings.map((it) => it.step))) {
          if (step === 0n) continue;
          const flag = (o: number) => (this.#scaling(o).step === step ? 1n << BigInt(sign) : 0n);
          const flags = program.and(lanes, only(`SIGN${bitOfStep(step)}_`, flag));
          product = program.add(product, this.#moved(flags, bitOfStep(step) - sign));
        }
      return program.and(
        operand(product),
        only("Y", () => this.#kept(shift)),
      );
    });
    const all = results.reduce((union, it) => program.or(union, it));
    return program.shiftRight(all, shift + this.#layout.base);
  }

  #timesFactor(lanes: Vector): Vector {
    const [{ multiplier }] = this.#fit.scalings;
    return this.#program.multiply(lanes, this.#program.constant(`${this.#prefix}M`, multiplier));
  }

  /** Bit by bit from the top. */
  #timesBits(lanes: Vector, group: number): Vector {
    const program = this.#program;
    const { digit } = this.#fit;
    const multiples = this.#multiples(this.#local(lanes));
    const width = this.#multiplierBits();
    let product: Vector | undefined;
    for (let low = (Math.ceil(width / digit) - 1) * digit; low >= 0; low -= digit) {
      if (product) product = program.shiftLeft(operand(product), digit);
      for (let bit = low; bit < low + digit && bit < width; bit++) {
        const term = this.#selected(multiples[bit - low], bit, group);
        product = product ? program.add(product, term) : term;
      }
      product = this.#local(product!);
    }
    return product!;
  }

  #scaling(channel: number): Scaling {
    const { scalings } = this.#fit;
    return scalings.length === 1 ? scalings[0] : scalings[channel];
  }

  /** All bits of a group's lanes. */
  lanes(group: number): Vector {
    return this.#ofGroup("LANES", group, () => (1n << BigInt(this.#layout.stride)) - 1n);
  }

  #ofGroup(name: string, group: number, value: (channel: number) => bigint): Vector {
    const lanes = groupVector(this.#layout, this.#fit.groups, group, value);
    return this.#program.constant(`${this.#prefix}${name}${group}`, lanes);
  }

  #moved(lanes: Vector, bits: number): Vector {
    return bits < 0 ? this.#program.shiftRight(lanes, -bits) : this.#program.shiftLeft(lanes, bits);
  }

  /**
   * A multiplier for each: bit by bit from the bottom. Bits that leave the lane below are cut off: floors of floors are the
   * floor of the whole.
   */
  #shiftedDown(acc: Vector): Vector {
    const program = this.#program;
    const { bits } = this.#layout;
    const { scalings, digit, grain } = this.#fit;
    const { shift } = scalings[0];
    const width = this.#multiplierBits();
    const multiples = this.#multiples(acc);
    let product: Vector | undefined;
    for (let low = 0; low < width; low += digit) {
      const taken = Math.min(digit, width - low);
      // What rounding adds below the bits of the multiplier.
      if (low === grain) {
        const rest = (o: number) => BigInt.asUintN(width, this.#rounding(o)) >> BigInt(grain);
        product = program.add(product!, this.#constant("REST", rest));
      }
      for (let bit = low; bit < low + taken; bit++) {
        const term = this.#selected(multiples[bit - low], bit, 0);
        product = product ? program.add(product, term) : term;
      }
      const moved = program.shiftRight(operand(product!), taken);
      product = this.#local(
        program.and(
          moved,
          this.#constant(`KEEP${taken}`, () => (1n << BigInt(bits - taken)) - 1n),
        ),
      );
    }
    const whole = this.#constant("R", (o) => this.#rounding(o) >> BigInt(width));
    const rounded = program.shiftRight(operand(program.add(product!, whole)), shift - width);
    return program.and(
      operand(rounded),
      this.#constant("Y", () => this.#kept(0)),
    );
  }

  /** acc · 2^i for the bits of a digit. */
  #multiples(acc: Vector): Vector[] {
    return Array.from({ length: this.#fit.digit }, (_, i) =>
      i === 0 ? acc : this.#local(this.#program.shiftLeft(acc, i)),
    );
  }

  /** The lanes of a group's channels whose multipliers have a bit. */
  #selected(multiple: Vector, bit: number, group: number): Vector {
    const { scalings, sumBits, digit } = this.#fit;
    const lane = (1n << BigInt(sumBits + digit - 1)) - 1n;
    const mask = (o: number) => ((scalings[o].multiplier >> BigInt(bit)) & 1n) * lane;
    return this.#program.and(multiple, this.#ofGroup(`BIT${bit}_`, group, mask));
  }

  #multiplierBits(): number {
    return Math.max(...this.#fit.scalings.map(({ multiplier }) => multiplier.toString(2).length));
  }

  /** What is added to a channel's product: rounding, less what its lane has too much, more so that it is not below 0. */
  #rounding(o: number): bigint {
    const { offsets, k, isBelow } = this.#fit;
    const { multiplier, offset, shift } = this.#scaling(o);
    const bias = isBelow ? 1n << BigInt(k + shift) : 0n;
    return offset - multiplier * BigInt(offsets[o]) + bias;
  }

  /** The bits of an output that is not yet clamped, shifted up. */
  #kept(shift: number): bigint {
    const { k, isBelow } = this.#fit;
    return ((1n << BigInt(k + (isBelow ? 1 : 0))) - 1n) << BigInt(shift);
  }

  /** clamp(z − 2^k, 0, most), or clamp(z, 0, most) where no z stands for less than 0. */
  #clamped(z: Vector, most: number): Vector {
    const program = this.#program;
    const { k, isBelow, isAbove } = this.#fit;
    const ones = this.#lowest("ONES", 1n);
    const { element } = this.#layout;
    const all = program.number(allBits(element));
    const flag = (of: Vector, bit: number) =>
      program.multiply(program.and(program.shiftRight(operand(of), bit), ones), all);
    let q = z;
    let over: Vector | undefined;
    if (isAbove) {
      const limit = this.#lowest("LIMIT", (1n << BigInt(k)) - BigInt(most + 1));
      over = this.#local(flag(program.add(z, limit), isBelow ? k + 1 : k));
      q = program.or(z, over);
    }
    const mask = isBelow ? flag(z, k) : this.#lowest("OUTPUTS", allBits(element));
    q = program.and(q, operand(mask));
    const tooMuch = allBits(element) - BigInt(most);
    if (tooMuch === 0n || !over) return q;
    return program.subtract(q, program.and(over, this.#lowest("TOO_MUCH", tooMuch)));
  }

  #constant(name: string, value: (channel: number) => bigint): Vector {
    return this.#program.constant(this.#prefix + name, vector(this.#layout, value));
  }

  /** As #constant, for lanes whose lowest bit is 0. */
  #lowest(name: string, value: bigint): Vector {
    const lanes = vector(this.#layout, () => value) >> BigInt(this.#layout.base);
    return this.#program.constant(this.#prefix + name, lanes);
  }

  #local(value: Vector): Vector {
    const text = `t${this.#variables++}`;
    this.statements.push(`const ${text} = ${value.text};`);
    this.#program.spend(statement());
    return { text, bits: value.bits };
  }
}

function bitOfStep(step: bigint): number {
  return step.toString(2).length - 1;
}
