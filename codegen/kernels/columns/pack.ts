/** Outputs in lanes to elements of the arena side by side. */
import * as cost from "../../cost/bigint.js";
import * as garbage from "../../cost/garbage.js";
import { allBits, leastOf, signBit } from "../element.js";
import { operand, type Program, type Vector, wordsOf } from "../planes/program.js";
import { combine, type Layout, places, sideBySide } from "./layout.js";

/**
 * The outputs of a block, the first one lowest, as an expression.
 *
 * @param statements where locals are declared
 * @param outputs each output less the least one, in lanes whose lowest bit is 0
 */
export function packed(
  program: Program,
  prefix: string,
  statements: string[],
  layout: Layout,
  outputs: Vector,
  least: number,
): Vector {
  const { channels, halves, bits, element } = layout;
  const local = (name: string, value: Vector) => {
    statements.push(`const ${name} = ${value.text};`);
    program.spend(cost.statement());
    return { text: name, bits: value.bits };
  };
  let together: Vector;
  const all = local("q", outputs);
  if (halves === 1) together = rowsCombined(program, layout, all, "p", local);
  else {
    const lanes = new Array<bigint>(places(layout) / 2).fill(allBits(element));
    const even = program.constant(`${prefix}EVEN`, combine(lanes, 2 * bits));
    const low = Math.ceil(channels / 2);
    const second = local("odd", program.and(program.shiftRight(all, bits), even));
    const high = rowsCombined(program, layout, second, "o", local);
    const first = local("even", program.and(all, even));
    const lower = rowsCombined(program, layout, first, "e", local);
    const cut = program.and(
      lower,
      program.constant(`${prefix}FIRST`, sideBySide(allBits(element), low, element)),
    );
    together = program.or(cut, program.shiftLeft(operand(high), element * low));
  }
  const kept = program.and(
    together,
    program.constant(`${prefix}ALL`, sideBySide(allBits(element), channels, element)),
  );
  const above = BigInt(least - leastOf(element));
  const raised =
    above === 0n
      ? kept
      : program.add(kept, program.constant(`${prefix}LEAST`, sideBySide(above, channels, element)));
  const flip = program.constant(`${prefix}FLIP`, sideBySide(signBit(element), channels, element));
  program.spend(cost.bitwise(wordsOf(flip)), garbage.bitwise(wordsOf(flip)));
  return { text: `${operand(raised).text} ^ ${flip.text}`, bits: element * channels };
}

/** All rows over each other, each an output above the one before; what is above the first row is of no use. */
function rowsCombined(
  program: Program,
  { row, rows, element }: Layout,
  x: Vector,
  name: string,
  local: (name: string, value: Vector) => Vector,
): Vector {
  const down = row * rows * element - element;
  let power = x;
  let sum: Vector | undefined;
  let done = 0;
  for (let count = 1; count <= rows; count *= 2) {
    if (count > 1)
      power = local(`${name}${count}`, program.or(power, program.shiftRight(power, (count / 2) * down)));
    if (!(rows & count)) continue;
    const moved = program.shiftRight(power, done * down);
    sum = sum ? program.or(sum, moved) : moved;
    done += count;
  }
  return sum!;
}
