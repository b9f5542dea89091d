/**
 * MEAN over height and width and AVERAGE_POOL_2D of a whole image, with lanes over channels: the bytes of many positions
 * come as one BigInt, are spread over lanes, and positions are added up half by half.
 */
import * as cost from "../../cost/bigint.js";
import { moduleBytes } from "../../cost/flash.js";
import * as garbage from "../../cost/garbage.js";
import { interpreter } from "../../cost/interpreter.js";
import type { Node } from "../../ops/node.js";
import { type GeneratedLowering, tensor } from "../../ops/operator.js";
import { Program, type Vector } from "../planes/program.js";
import { STEP } from "./assemble.js";
import { type Fit, fitBlock } from "./fit.js";
import { combine, type Layout, layoutOf, vector } from "./layout.js";
import { packed } from "./pack.js";
import { type Reduction, reductionOf } from "./reduction.js";
import { Requantizer } from "./requantization.js";
import { Requantizations } from "./requantizations.js";

/** Lanes that bytes are spread over by masks alone, narrowest first. */
const LANE_BITS = [16, 32];

/** Bytes that are summed at once: more would be faster by little, and take that much more room. */
const RUN_BYTES = 1024;

/** Instructions that a step should not exceed. */
const STEP_INSTRUCTIONS = 3_000_000;

/** Slots of the stack: frames, locals and the deepest expression. */
const FRAMES = 40;

/**
 * The kernel of a MEAN or AVERAGE_POOL_2D, as checked by its operator: one step.
 *
 * @returns undefined where it does not suit: other axes or windows, channels that are no whole words, more than a step does
 */
export function reduced(node: Node): GeneratedLowering | undefined {
  const reduction = reductionOf(node);
  if (!reduction || reduction.channels % 4 !== 0) return undefined;
  const requantizations = Requantizations.same(reduction.steps, reduction.channels);
  for (const bits of LANE_BITS) {
    const layout = layoutOf(reduction.channels, bits, 1);
    const fit = fitBlock(requantizations, layout, false);
    if (!fit) continue;
    const lowering = written(node, reduction, layout, fit);
    return lowering.cost.instructions <= STEP_INSTRUCTIONS ? lowering : undefined;
  }
  return undefined;
}

function written(node: Node, reduction: Reduction, layout: Layout, fit: Fit): GeneratedLowering {
  const { positions, channels, inputZeroPoint, steps } = reduction;
  const program = new Program();
  const runs = Math.ceil(positions / Math.max(1, Math.floor(RUN_BYTES / channels)));
  const length = Math.ceil(positions / runs);
  const rest = positions - length * (runs - 1);
  // Bytes count from −128, as their high bit is turned.
  const start = vector(layout, (o) => fit.offsets[o] - positions * (128 + inputZeroPoint));
  const body = [`let acc = ${program.constant("START", start).text};`, "let at = layer.inputs[0];"];
  if (runs > 1) {
    const { instructions, garbageBytes } = program;
    const sum = program.add({ text: "acc", bits: layout.bits * channels }, runSum(program, layout, length));
    program.spend(cost.statement() + interpreter.iteration + interpreter.statement + interpreter.sum);
    const times = runs - 2;
    program.spend(
      interpreter.loop + times * (program.instructions - instructions),
      times * (program.garbageBytes - garbageBytes),
    );
    const end = `at + ${length * (runs - 1) * channels}`;
    body.push(`for (const end = ${end}; at < end; at += ${length * channels})`, `  acc = ${sum.text};`);
  }
  const last = program.add({ text: "acc", bits: layout.bits * channels }, runSum(program, layout, rest));
  const acc = program.assign("acc", last, body);
  const requantizer = new Requantizer(program, "", layout, fit);
  const { min } = steps.requantization;
  const outputs = requantizer.outputs([acc], steps.requantization);
  const { statements } = requantizer;
  const bytes = packed(program, "", statements, layout, outputs, min);
  const words = channels / 4;
  body.push(...statements, `memory.int32.set(toWords(${bytes.text}, ${words}), layer.outputs[0] >> 2);`);
  program.spend(
    STEP + cost.toBytes(words) + interpreter.set + interpreter.setByte * words,
    garbage.toBytes(words),
  );
  const text = `${program.declarations()}

export function kernel(memory: Memory, layer: PlacedLayer, _tile: number): void {
  ${body.join("\n  ")}
}
`;
  return {
    form: "generated",
    source: {
      imports: new Map([
        ["lanes", ["fromBytes", "toWords"]],
        ["layer", ["type Memory", "type PlacedLayer"]],
      ]),
      text,
    },
    tiles: 1,
    cost: {
      instructions: Math.round(program.instructions),
      longestStep: Math.round(program.instructions),
      garbageBytes: program.garbageBytes,
      transientBytes: 4 * length * channels,
      flashBytes: moduleBytes(text),
      stackSlots: FRAMES + statements.length,
    },
    parameters: { inputs: [tensor(node.inputId(0))], outputs: [tensor(node.outputId())], constants: [] },
  };
}

/** A call of the function that adds up the bytes of so many positions from `at` on, channel by channel in their lanes. */
function runSum(program: Program, layout: Layout, positions: number): Vector {
  const { bits, channels, rows } = layout;
  const position = 8 * channels;
  const lines: string[] = [];
  const bytes = positions * channels;
  const signs = program.constant(`SIGNS${positions}_`, repeated(0x80, 8, bytes));
  const raw = { text: `fromBytes(int8, at, ${bytes})`, bits: 8 * bytes };
  program.spend(cost.fromBytes(bytes / 4), garbage.fromBytes(bytes / 4));
  const local = (name: string, value: Vector) => {
    const known = lines.some((line) => line.startsWith(`let ${name} `));
    lines.push(`${known ? "" : "let "}${name} = ${value.text};`);
    program.spend(cost.statement());
    return { text: name, bits: value.bits };
  };
  const x = local("x", program.xor(raw, signs));
  let total: Vector | undefined;
  // Every `rows`-th channel has a byte in the right place.
  for (let row = 0; row < rows; row++) {
    const half = Math.ceil(positions / 2);
    const lanes = program.constant(`LANES${half}_`, repeated(0xff, bits, (half * channels) / rows));
    const shifted = row === 0 ? x : local("y", program.shiftRight(x, 8 * row));
    let sum = program.and(shifted, lanes);
    if (positions > 1)
      sum = program.add(sum, program.and(program.shiftRight(x, 8 * row + half * position), lanes));
    sum = local("sum", sum);
    for (let left = half; left > 1; ) {
      const kept = Math.ceil(left / 2);
      const own = program.constant(
        `FIRST${kept}_`,
        repeated(2n ** BigInt(bits) - 1n, bits, (kept * channels) / rows),
      );
      sum = local("sum", program.add(program.and(sum, own), program.shiftRight(sum, kept * position)));
      left = kept;
    }
    const moved = program.shiftLeft(sum, row * position);
    total = local("total", total ? program.or(total, moved) : moved);
  }
  const names = new Set(lines.join().match(/\b(n\d+|[A-Z]\w*)\b/g));
  program.spend(CALL + interpreter.constant * names.size);
  const text = lines.map((line) => `  ${line}\n`).join("");
  const name = program.function(
    "sumOf",
    `(int8: Int8Array, at: number): bigint {\n${text}  return total;\n}`,
  );
  return { text: `${name}(memory.int8, at)`, bits: bits * channels };
}

/** Instructions of a call with two arguments. */
const CALL = interpreter.call + 2 * interpreter.argument;

/** A number in each of so many lanes. */
function repeated(value: number | bigint, bits: number, times: number): bigint {
  return combine(new Array<bigint>(times).fill(BigInt(value)), bits);
}
