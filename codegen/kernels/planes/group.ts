/**
 * A layer of planes: a convolution over all channels, and then, channel by channel, whatever follows that looks at one
 * channel alone. What lies between is never stored.
 */

import type { Cost } from "../../cost/cost.js";
import type { TensorId } from "../../graph/graph.js";
import { span } from "../../graph/lanes.js";
import { type GeneratedLowering, tensor as placed } from "../../ops/operator.js";
import { type AdditionScaling, added } from "./addition.js";
import {
  type FunctionStage,
  movedTogether,
  type PoolStage,
  type Thinned,
  wantedBy,
  writeFunction,
  writePool,
} from "./elementwise-stages.js";
import { average, type Bytes, cutIntoBands, type Ending, leave, store } from "./ending.js";
import { elementsIn, type Geometry, inLanes, positions } from "./geometry.js";
import { accumulator, channel, loading, type Placement, type Source } from "./head.js";
import { channelsBefore, joined } from "./join.js";
import { liveIn } from "./live.js";
import { Program, type Vector } from "./program.js";
import { type LaneScaling, requantized } from "./requantization.js";
import { allRows, type Edges, letGo, padded, type Rows, rowsOf } from "./rows.js";
import { given, sent } from "./sending.js";
import { sparedBy } from "./spared.js";
import { assemble, block, type Piece, piece, stepsCost } from "./steps.js";
import { displacement } from "./sum.js";
import type { PlaneTensor } from "./tensor.js";
import { halved, interleaved, separated, TRANSFORMS } from "./winograd.js";

/** One operator of a layer. */
export interface Stage {
  readonly placement: Placement;
  /** For each output channel. */
  readonly scalings: readonly LaneScaling[];
  /** That in which it computes. */
  readonly geometry: Geometry;
  /** What zero is in the lanes of its input; in the first stage the loading has seen to that. */
  readonly zero: number;
  /** A stride after the first stage: every position is there, and some are wanted. */
  readonly thinned?: Thinned;
  /** The rows that it reads of the image before it, where the layer is computed in bands. */
  readonly rows?: Rows;
  /** Those of them that are padding, in a stage after the first. */
  readonly edges?: Edges;
}

/** An ADD or SUB of what comes before and a tensor in planes. */
export interface Addition {
  readonly scaling: AdditionScaling;
  readonly other: PlaneTensor;
  /** Whether `other` is the first operand. */
  readonly isOtherFirst: boolean;
  readonly isLastUse: boolean;
  /** What is read of it; all if not given. */
  readonly rows?: Rows;
}

/** What can follow the first stage. */
export type Tail = Stage | Addition | FunctionStage | PoolStage;

/** A tensor at rest whose channels become some of another. */
export interface Beside {
  readonly tensor: PlaneTensor;
  readonly isLastUse: boolean;
}

export interface Group {
  /** Whether its head has even rows before odd ones, and whether what follows has. */
  readonly isHeadHalved: boolean;
  readonly isHalved: boolean;
  /** Bands of rows, one after another, in which all of it is computed. Geometries are those of one band. */
  readonly bands: number;
  readonly source: Source;
  readonly head: Stage;
  readonly tail: readonly Tail[];
  /** What its channels are put beside in the tensor that it makes, in order, null for themselves; empty for nothing. */
  readonly beside: readonly (Beside | null)[];
  readonly ending: Ending;
  /** What the stages make, in order: written to the arena as well, as far as tools want to see it. */
  readonly observed: readonly Bytes[];
  /** Tensors that are fed as planes, and that it is the first to read: the last of its inputs. */
  readonly given: readonly PlaneTensor[];
  /** Whether its output, at rest, is to lie in the arena as planes, too, and whether nobody reads it here. */
  readonly sent?: { readonly isLastUse: boolean };
  /** Tensors in the arena that it reads and writes, if any. */
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
  /** The first of the places in `memory.planes` that are its own while it runs. */
  readonly scratch: number;
  /** How many places it needs in all. */
  readonly places: number;
}

/** How many places of `memory.planes` a group's own planes take. */
export function scratchPlanes({ placement }: Pick<Stage, "placement">, source: Source): number {
  const { inputDepth } = placement.convolution;
  const perChannel = placement.isPaired ? TRANSFORMS : placement.phases.length;
  return isLazy(placement, source) ? 0 : inputDepth * perChannel;
}

/** Whether an output channel needs so few channels of the input that they are best brought when it is computed. */
function isLazy({ convolution }: Placement, source: Source): boolean {
  return convolution.isDepthwise && source.at === "planes";
}

/**
 * Writes the kernel of a group.
 *
 * @param sample where only the cost matters: of so many channels all are taken to be
 * @returns undefined where planes cannot be brought into its geometry
 */
export function writeGroup(group: Group, sample?: number): GeneratedLowering | undefined {
  const program = new Program();
  const { bands, head, tail, source, scratch } = group;
  const { placement } = head;
  const own = scratchPlanes(head, source);
  const isLazily = isLazy(placement, source);
  const target = (plane: number) => (isLazily ? `const a${plane}` : `planes[${scratch + plane}]`);
  const loads = loading(program, source, placement, head.geometry, target);
  if (!loads) return undefined;
  const loaded = { instructions: program.instructions, garbageBytes: program.garbageBytes };
  const channels = head.scalings
    .slice(0, sample)
    .map((_, output) => writeChannel(program, group, isLazily, output));
  const begin = [resize(program, group.places), ...given(program, group)];
  const pieces = [...begin];
  if (isLazily && source.at === "planes") {
    const perLoad = (source.tensor.perPlane * channels.length) / placement.convolution.inputDepth;
    for (const [i, load] of loads.entries())
      pieces.push(block([load, ...channels.slice(i * perLoad, (i + 1) * perLoad)]));
  } else pieces.push(...loads, ...channels);
  if (source.at === "planes" && source.rows && source.isLastUse) {
    const done = letGo(program, source.tensor, source.rows);
    if (isLazily || source.isReadAgain) pieces.push(done);
    else pieces.splice(begin.length + loads.length, 0, done);
  }
  for (const it of tail)
    if ("other" in it && it.isLastUse && !isTakenWhole(it))
      pieces.push(letGo(program, it.other, it.rows ?? allRows(it.other)));
  if (own > 0)
    pieces.push(
      piece(program, (statements) => {
        statements.push(`planes.fill(0n, ${scratch}, ${scratch + own});`);
        program.spend(1500 + 64 * own);
      }),
    );
  pieces.push(...joined(program, group), ...sent(program, group));
  const live = liveIn(group, isLazily ? undefined : own);
  const made = assemble(program, pieces, live.most, bands);
  const convolutions = [head, ...tail].filter((it) => "placement" in it);
  return {
    form: "generated",
    source: made.source,
    tiles: made.tiles,
    cost: {
      ...(sample ? scaled(made.cost, program, loaded, group, own, channels.length) : made.cost),
      live: live.mean,
      spared: (activations) => sparedBy(convolutions, activations),
    },
    parameters: {
      inputs: group.inputs.map((id) => placed(id)),
      outputs: group.outputs.map((id) => placed(id)),
      constants: [],
    },
  };
}

/** The cost of all channels, from that of so many of them. @param loaded what came before channels */
function scaled(
  cost: Cost,
  program: Program,
  loaded: Pick<Cost, "instructions" | "garbageBytes">,
  { bands, head }: Group,
  own: number,
  channels: number,
): Cost {
  const times = bands * (head.scalings.length / channels - 1);
  const instructions = times * (program.instructions - loaded.instructions);
  return {
    ...cost,
    instructions: cost.instructions + instructions + stepsCost(instructions, own),
    garbageBytes: cost.garbageBytes + times * (program.garbageBytes - loaded.garbageBytes),
  };
}

/** Makes `memory.planes` as long as a layer needs: the first step begins with it. */
function resize(program: Program, places: number): Piece {
  return piece(program, (statements) => {
    statements.push(
      "const had = planes.length;",
      `planes.length = ${places};`,
      `planes.fill(0n, had, ${places});`,
    );
    program.spend(3000 + 64 * places);
  });
}

function writeChannel(
  program: Program,
  { bands, isHeadHalved, isHalved, head, tail, beside, ending, observed, scratch }: Group,
  isLazy: boolean,
  output: number,
): Piece {
  return piece(program, (statements, reads) => {
    const assign = (value: Vector) => program.assign("y", value, statements);
    const { isPaired, taps } = head.placement;
    const rows = Math.max(...head.placement.phases.map((phase) => phase.rows));
    const bits = span(isPaired ? halved(head.geometry) : { ...head.geometry, rows }) * head.geometry.bits;
    const planes: Vector[] = [];
    for (const { plane, weight } of taps[output]) {
      if (weight === 0) continue;
      planes[plane] = { text: `a${plane}`, bits };
      if (!isLazy) reads.set(`a${plane}`, scratch + plane);
    }
    let y = assign(channel(program, head.placement, head.geometry, head.scalings[output], planes, output));
    const order = isHalved ? separated : interleaved;
    // Where nothing else is done to channels, those that share a BigInt are put in order together, once they are cut into
    // the bands in which they rest; halves of another band are put in order before.
    const isStored =
      ending.to === "planes" &&
      tail.length === 0 &&
      observed.length === 0 &&
      (!isHeadHalved || ending.tensor.bands === bands);
    if (isHeadHalved !== isHalved && !isStored) y = assign(order(program, head.geometry, y));
    let geometry = head.geometry;
    const observe = (stage: number) => {
      if (stage < observed.length) leave(program, geometry, bands, observed[stage], y, output, statements);
    };
    observe(0);
    for (const [i, stage] of tail.entries()) {
      if ("other" in stage) y = writeAddition(program, stage, geometry, y, output, assign, statements);
      else if ("placement" in stage) y = writeStage(program, stage, bands, y, output, assign, statements);
      else if ("window" in stage) y = writePool(program, stage, y, statements);
      else y = writeFunction(program, stage, y, statements);
      if ("geometry" in stage) geometry = stage.geometry;
      if ("thinned" in stage) geometry = stage.thinned!.geometry;
      observe(i + 1);
    }
    if (ending.to === "planes") {
      const at = channelsBefore(beside) + output;
      const stored = store(program, ending.tensor, bands, y, at, statements);
      const reordered = isStored && isHeadHalved !== isHalved;
      const ordered = (rows: Vector) => order(program, ending.tensor.geometry, rows);
      if (stored)
        cutIntoBands(
          program,
          ending.tensor,
          bands,
          stored,
          at,
          isPaired === true && isHalved,
          reordered ? ordered : undefined,
          statements,
        );
    } else if (ending.to === "bytes") leave(program, geometry, bands, ending, y, output, statements);
    else average(program, geometry, ending, y, output, statements);
  });
}

/** A stage after the first. */
function writeStage(
  program: Program,
  stage: Stage,
  bands: number,
  input: Vector,
  output: number,
  assign: (value: Vector) => Vector,
  statements: string[],
): Vector {
  const { placement, scalings, geometry, zero, thinned, edges } = stage;
  const before = { ...geometry, rows: placement.phases[0].rows };
  const values = edges ? padded(program, before, edges, bands, zero, input, statements) : input;
  const lifted =
    zero === 0
      ? values
      : assign(
          program.subtract(
            values,
            program.constant("ZERO", inLanes(geometry, positions(before), BigInt(zero))),
          ),
        );
  const planes: Vector[] = [];
  planes[output] = lifted;
  const compute = (wanted?: readonly number[]) =>
    assign(channel(program, placement, geometry, scalings[output], planes, output, wanted));
  if (!thinned) return compute();
  const thin = thinned.geometry;
  const scaling = scalings[output];
  if (scaling.scaling.step === 0n && geometry.bits <= thin.bits) {
    // Accumulators that nobody wants need not be requantized.
    const acc = assign(accumulator(program, placement, geometry, scaling, planes, output));
    const first = program.shiftRight(acc, geometry.bits * displacement(geometry, placement.reach));
    const thinner = movedTogether(program, geometry, thinned, geometry.bits, first, statements);
    if (thinner) return assign(requantized(program, thin, scaling, thinner, 0, positions(thin)));
  }
  return movedTogether(program, geometry, thinned, geometry.element, compute(wantedBy(stage)), statements)!;
}

/** Whether an addition reads the other tensor band by band, as it rests. */
function isTakenWhole({ other, rows = allRows(other) }: Addition): boolean {
  return rows.first === 0 && rows.rows === other.geometry.rows;
}

/** Adds the same channel of another tensor. */
function writeAddition(
  program: Program,
  addition: Addition,
  geometry: Geometry,
  y: Vector,
  output: number,
  assign: (value: Vector) => Vector,
  statements: string[],
): Vector {
  const { scaling, other, isOtherFirst, isLastUse, rows = allRows(other) } = addition;
  const { perPlane, channels } = other;
  const j = output % perPlane;
  const packed = rowsOf(program, other, Math.floor(output / perPlane), rows);
  const elements = program.constant("ELEMENTS", elementsIn(geometry, positions(geometry)));
  statements.push(`x = ${program.and(program.shiftRight(packed, geometry.element * j), elements).text};`);
  const x = { text: "x", bits: span(geometry) * geometry.bits };
  const [a, b] = isOtherFirst ? [x, y] : [y, x];
  const sum = assign(added(program, geometry, scaling, a, b, statements));
  if (isLastUse && isTakenWhole(addition) && (j === perPlane - 1 || output === channels - 1))
    statements.push(`${packed.text} = 0n;`);
  return sum;
}
