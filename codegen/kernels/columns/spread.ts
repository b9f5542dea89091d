/** Bytes side by side to lanes: what `packed` does at the end, the other way round. */
import * as cost from "../../cost/bigint.js";
import * as garbage from "../../cost/garbage.js";
import type { Program, Vector } from "../planes/program.js";
import { type Layout, sideBySide, vector } from "./layout.js";

/**
 * The bytes of all channels from `at` of `int8` on, each in its channel's lane and counted from −128.
 *
 * @param layout lanes of whole bytes
 * @param statements where locals are declared
 */
export function spread(program: Program, layout: Layout, statements: string[]): Vector {
  const { channels, row, rows } = layout;
  const local = (name: string, value: Vector) => {
    statements.push(`const ${name} = ${value.text};`);
    program.spend(cost.statement());
    return { text: name, bits: value.bits };
  };
  const words = channels / 4;
  program.spend(cost.fromBytes(words), garbage.fromBytes(words));
  const raw = { text: `fromBytes(int8, at, ${channels})`, bits: 8 * channels };
  // As often as there are rows, each time a row less a byte further up: then every row has its bytes in place.
  const up = row * rows * 8 - 8;
  let power = local("p1", program.xor(raw, program.constant("FLIP", sideBySide(0x80n, channels, 8))));
  let all: Vector | undefined;
  let done = 0;
  for (let count = 1; count <= rows; count *= 2) {
    if (count > 1) power = local(`p${count}`, program.or(program.shiftLeft(power, (count / 2) * up), power));
    if (!(rows & count)) continue;
    const moved = program.shiftLeft(power, done * up);
    all = all ? program.or(moved, all) : moved;
    done += count;
  }
  return program.and(
    all!,
    program.constant(
      "BYTES",
      vector(layout, () => 255),
    ),
  );
}
