/**
 * A layer of planes whose weights are data: the same text for all weights, a loop over output channels, each of which has a
 * record of numbers in `weights.bin`.
 */

import { constants } from "../../../cost/constants.js";
import type { Cost } from "../../../cost/cost.js";
import { moduleBytes } from "../../../cost/flash.js";
import type { TensorId } from "../../../graph/graph.js";
import { span } from "../../../graph/lanes.js";
import { type GeneratedLowering, tensor as placed } from "../../../ops/operator.js";
import { frameSlots } from "../../frame.js";
import type { Ending } from "../ending.js";
import type { Geometry } from "../geometry.js";
import type { Source } from "../head.js";
import { writeMoves } from "../moves.js";
import { Program, type Vector } from "../program.js";
import { READ_PLANE } from "../steps.js";
import { planeBytes } from "../tensor.js";
import { bookFor } from "./book.js";
import { end } from "./ending.js";
import { loadStatements, PER_PLANE } from "./load.js";
import { repeated } from "./loop.js";
import { type Pairs, pairsOf } from "./pairs.js";
import { Records } from "./records.js";
import { type DataStage, lifted, pairChannel, rowChannel } from "./stage.js";

/** A stage after the first. */
export interface TailStage extends DataStage {
  /** What zero is in the lanes of its input. */
  readonly zero: number;
  /** A stride: of all positions, those wanted in a geometry of their own. */
  readonly thinned?: { readonly geometry: Geometry; readonly slow: number; readonly fast: number };
}

export interface DataLayer {
  readonly name: string;
  readonly source: Source;
  readonly head: DataStage;
  readonly tail: readonly TailStage[];
  readonly ending: Ending;
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
  /** The first of its own places in `memory.planes`, and how many it needs in all. */
  readonly scratch: number;
  readonly places: number;
  readonly isCompact: boolean;
  /** Whether numbers may come from a book of these weights' own. */
  readonly hasBook: boolean;
}

/** Instructions that a step should not exceed, and those of what every step does. */
const STEP_INSTRUCTIONS = 2_500_000;
const STEP = constants.interpreter.step + 9_000;

/** Slots of the frames that call a step, and of the deepest expression. */
const FRAMES = 90;

/** Planes that a step reads into variables; where there are more, each is read where it is used. */
const MOST_VARIABLES = 64;

/** Instructions of reading one there. */
const READ_IN_PLACE = 225;

/** How many places of `memory.planes` a layer's own planes take. */
export function ownPlanes({ placement }: Pick<DataStage, "placement">, source: Source): number {
  const { inputDepth } = placement.convolution;
  const packed = Math.ceil(inputDepth / PER_PLANE);
  if (isPaired({ placement }, source)) return packed;
  return (source.at === "planes" ? packed * PER_PLANE : inputDepth) * placement.phases.length;
}

/** Whether a convolution is one of single positions, so that its channels go in pairs. */
function isPaired({ placement }: Pick<DataStage, "placement">, source: Source): boolean {
  const { taps, convolution } = placement;
  if (source.at === "arena" || convolution.isDepthwise || taps[0].length !== convolution.inputDepth)
    return false;
  return taps[0].every(({ plane, dy, dx }, channel) => plane === channel && dy === 0 && dx === 0);
}

/** Writes a layer; undefined where planes cannot be brought into its geometry. */
export function writeLayer(layer: DataLayer): GeneratedLowering | undefined {
  const records = new Records(layer.isCompact);
  const written = writeWith(records, layer);
  const book = layer.hasBook ? bookFor(records, layer.head.digits.length) : undefined;
  return book ? writeWith(new Records(layer.isCompact, book), layer) : written;
}

function writeWith(records: Records, layer: DataLayer): GeneratedLowering | undefined {
  const { head, source, ending, scratch, places } = layer;
  const program = new Program();
  const { bits, stride } = head.geometry;
  program.repeats(bits, 2 * bits, bits * stride);
  const pairs = isPaired(head, source) ? pairsOf(head.geometry) : undefined;
  const loads = loadStatements(program, source, head.placement, head.geometry, pairs);
  if (!loads) return undefined;
  const own = ownPlanes(head, source);
  const loading = program.instructions + 4500 + 64 * (places + own);
  const channels = head.digits.length;
  const planes = headPlanes(layer, pairs, own);
  const body: string[] = [];
  const before = program.instructions;
  const each = repeated(program, channels, () => {
    if (planes.variables.length === 0) program.spend(READ_IN_PLACE * planes.read.length);
    writeChannel(program, records, layer, pairs, planes.read, body);
  });
  const computing = program.instructions - before;
  const perStep = Math.max(1, Math.floor(STEP_INSTRUCTIONS / each));
  const tiles = 1 + Math.ceil(channels / perStep);
  const perTile = Math.ceil(channels / (tiles - 1));
  const prologue = STEP + READ_PLANE * planes.variables.length;
  const variables = ["x", "y", "z", "high", "low", "offset", "step"].filter((name) =>
    body.some((it) => it.startsWith(`${name} = `)),
  );
  const loaded = ["p", "x", "y"].filter((name) => loads.some((it) => it.startsWith(`${name} = `)));
  const text = `${program.declarations()}

function load({ int8, planes }: Memory, { inputs, constants }: PlacedLayer): void {
  const own = constants[2];
  const input = constants[3];
  const had = planes.length;
  planes.length = constants[5];
  planes.fill(0n, had, constants[5]);
${declaration(loaded)}${indented(loads)}
}

function compute(
  { int8, uint8, planes, weights8, weights32 }: Memory,
  { outputs, constants }: PlacedLayer,
  from: number,
  to: number,
): void {
  const own = constants[2];
  const output = constants[4];
${records.open(channels).join("\n")}
${indented(planes.variables)}
${declaration(variables)}  for (let o = from; o < to; o++) {
${indented([...body, ...records.next()])}
  }
  if (to === ${channels}) planes.fill(0n, own, own + ${own});
}

export function kernel(memory: Memory, layer: PlacedLayer, tile: number): void {
  const to = tile * ${perTile};
  if (tile === 0) load(memory, layer);
  else compute(memory, layer, to - ${perTile}, to < ${channels} ? to : ${channels});
}
`;
  const cost: Cost = {
    instructions: Math.round(loading + computing + STEP + (tiles - 1) * prologue),
    longestStep: Math.round(Math.max(loading + STEP, perTile * each + prologue)),
    garbageBytes: program.garbageBytes,
    transientBytes: transientBytes(layer, pairs, own),
    flashBytes: moduleBytes(text) + records.bytes(channels),
    stackSlots: FRAMES + frameSlots(text),
  };
  const [numbers, narrow, indexes] = records.sections(layer.name, channels);
  const input = source.at === "planes" ? source.tensor.slot : 0;
  const output = ending.to === "planes" ? ending.tensor.slot : 0;
  const used = ["fromBytes", "repeated", "scatter", "toBytes", "transposed"].filter((name) =>
    new RegExp(`\\b${name}\\(`).test(text),
  );
  return {
    form: "generated",
    source: {
      imports: new Map([
        ["lanes", used],
        ["layer", ["type Memory", "type PlacedLayer"]],
      ]),
      text,
    },
    tiles,
    cost,
    parameters: {
      inputs: layer.inputs.map((id) => placed(id)),
      outputs: layer.outputs.map((id) => placed(id)),
      constants: [numbers, narrow, scratch, input, output, places, indexes],
    },
  };
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}

function declaration(variables: readonly string[]): string {
  return variables.length > 0 ? `  let ${variables.map((it) => `${it}: bigint`).join(", ")};\n` : "";
}

/** How an output channel reads the planes of the head: statements before the loop, and operands. */
function headPlanes({ head }: DataLayer, pairs: Pairs | undefined, own: number) {
  const { placement, geometry } = head;
  const { phases } = placement;
  const bits = pairs ? pairs.bits - pairs.geometry.bits + 8 : span(geometry) * geometry.bits;
  if (isSingle(head)) {
    const at = (phase: number) =>
      phases.length === 1 ? "planes[own + o]" : `planes[own + ${phases.length} * o + ${phase}]`;
    return { variables: [], read: phases.map((_, i): Vector => ({ text: at(i), bits })) };
  }
  const isMany = own > MOST_VARIABLES;
  return {
    variables: isMany ? [] : Array.from({ length: own }, (_, i) => `const a${i} = planes[own + ${i}];`),
    read: Array.from({ length: own }, (_, i): Vector => {
      return { text: isMany ? `planes[own + ${i}]` : `a${i}`, bits };
    }),
  };
}

/** Whether an output channel reads a channel of its own. */
function isSingle({ placement }: Pick<DataStage, "placement">): boolean {
  return placement.convolution.isDepthwise && placement.convolution.inputDepth > 1;
}

function writeChannel(
  program: Program,
  records: Records,
  { head, tail, ending }: DataLayer,
  pairs: Pairs | undefined,
  planes: readonly Vector[],
  body: string[],
): void {
  let y = pairs
    ? pairChannel(program, records, head, pairs, planes, body)
    : rowChannel(program, records, head, planes, isSingle(head), body);
  let { geometry } = head;
  for (const stage of tail) {
    const input = stage.zero === 0 ? y : program.assign("z", lifted(program, geometry, y, stage.zero), body);
    y = rowChannel(program, records, stage, [input], true, body);
    if (!stage.thinned) continue;
    const { slow, fast, geometry: thin } = stage.thinned;
    const from = { column: fast * geometry.bits, row: slow * geometry.stride * geometry.bits };
    const to = { column: thin.bits, row: thin.stride * thin.bits };
    y = writeMoves(program, "y", y, thin, 8, from, to, body)!;
    geometry = thin;
  }
  end(program, geometry, ending, y, body);
}

function transientBytes({ head, tail, ending }: DataLayer, pairs: Pairs | undefined, own: number): number {
  const bytes = (bits: number) => 16 + bits / 8;
  const plane = ({ geometry }: DataStage) => bytes(span(geometry) * geometry.bits);
  const each = pairs ? bytes(pairs.bits) : plane(head);
  const made = ending.to === "planes" ? planeBytes(ending.tensor) : 0;
  return Math.round(own * each + made + 4 * Math.max(each, ...tail.map(plane)));
}
