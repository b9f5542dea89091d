/** Which layers are to be in parts, for stages to take about as long as each other or to fit at all. */
import type { Graph } from "../graph/graph.js";
import { byteLength } from "../graph/graph.js";
import { crossingBytes } from "./cuts.js";
import { type Link, receiveInstructions, sendInstructions } from "./link.js";
import { type Chain, partition } from "./partition.js";
import { channelsOf, inParts, layerFrom, type Parting } from "./parts.js";
import type { StageBoard } from "./stage-board.js";

/** Pieces into which a layer may be cut: as fine as is worth trying. */
export const PIECES = 16;

/** The part of a stage's fair share below which a layer stays whole. */
const LEAST_SHARE = 0.25;

/** A stretch of work that is not cut: an operator, or a part of a layer. */
interface Piece {
  readonly instructions: number;
  /** Bytes that cross before it. */
  readonly bytes: number;
  /** The layer, and which of its parts. */
  readonly op: number;
  readonly part: number;
}

const NONE: ReadonlySet<number> = new Set();

/** A cut before an operator, or before a part of its layer. */
export interface BalancedCut {
  readonly op: number;
  readonly part: number;
}

/**
 * Where a model is to be cut for throughput, as if each part of a layer took its share of its time: dynamic programming over parts. What
 * that really takes, planning shows.
 *
 * @param shares instructions of each operator
 * @param whole operators that are not parted
 */
export function balanced(
  graph: Graph,
  shares: readonly number[],
  boards: readonly StageBoard[],
  links: readonly Link[],
  whole = NONE,
): readonly BalancedCut[] {
  const pieces = piecesOf(graph, shares, boards.length, whole);
  const before = [0];
  for (const { instructions } of pieces) before.push(before[before.length - 1] + instructions);
  const chain: Chain = {
    cuts: pieces.length,
    boards: boards.length,
    stage: (from, to, board) => {
      const received = from > 0 && board > 0 ? receiveInstructions(links[board - 1], pieces[from].bytes) : 0;
      const isLast = to === pieces.length || board === links.length;
      const sent = isLast ? 0 : sendInstructions(links[board], pieces[to].bytes);
      const milliseconds = boards[board].milliseconds(before[to] - before[from] + received + sent);
      return { milliseconds, millijoules: 0 };
    },
    transfer: () => ({ milliseconds: 0, millijoules: 0 }),
  };
  const found = partition(chain, "throughput");
  return (found?.stages ?? []).slice(1).map(({ from }) => pieces[from]);
}

/** The layers in parts that such cuts need, and the positions of the cuts in that graph. */
export function cutInParts(
  graph: Graph,
  cuts: readonly BalancedCut[],
): { readonly graph: Graph; readonly positions: readonly number[] } {
  const inside = cuts.filter(({ part }) => part > 0);
  const partings = [...new Set(inside.map(({ op }) => op))].map((op): Parting => {
    const channels = channelsOf(graph, graph.ops[op]);
    return { op, at: inside.filter((it) => it.op === op).map(({ part }) => (part * channels) / PIECES) };
  });
  const parted = inParts(graph, partings);
  const positions = cuts.map(({ op, part }) => {
    const { name } = graph.ops[op];
    const own = inside.filter((it) => it.op === op);
    const isParted = own.length > 0;
    const ordinal = own.findIndex((it) => it.part === part) + 1;
    return parted.ops.findIndex((it) => it.name === (isParted ? `${name}/${ordinal}` : name));
  });
  return { graph: parted, positions };
}

/**
 * The cuts with one end of a stage a piece nearer to its other end: those before it and those behind it take more.
 *
 * @param shares with which `balanced` has found the cuts
 */
export function narrowed(
  graph: Graph,
  shares: readonly number[],
  cuts: readonly BalancedCut[],
  stage: number,
  whole = NONE,
): readonly (readonly BalancedCut[])[] {
  const pieces = piecesOf(graph, shares, cuts.length + 1, whole);
  const places = cuts.map(({ op, part }) => pieces.findIndex((it) => it.op === op && it.part === part));
  const ends = [0, ...places, pieces.length];
  if (places.includes(-1) || ends[stage + 1] - ends[stage] < 2) return [];
  return [
    ...(stage > 0 ? [cuts.with(stage - 1, pieces[ends[stage] + 1])] : []),
    ...(stage < cuts.length ? [cuts.with(stage, pieces[ends[stage + 1] - 1])] : []),
  ];
}

function piecesOf(
  graph: Graph,
  shares: readonly number[],
  stages: number,
  whole: ReadonlySet<number>,
): readonly Piece[] {
  const least = (LEAST_SHARE * shares.reduce((sum, it) => sum + it, 0)) / stages;
  const pieces: Piece[] = [];
  for (let op = 0; op < graph.ops.length; op++) {
    const bytes = crossingBytes(graph, op);
    const found = layerFrom(graph, op);
    const layer = found?.some((it) => whole.has(it)) ? undefined : found;
    const instructions = layer?.reduce((sum, it) => sum + shares[it], 0) ?? 0;
    if (!layer || instructions < least || channelsOf(graph, graph.ops[op]) % PIECES !== 0) {
      pieces.push({ instructions: shares[op], bytes, op, part: 0 });
      continue;
    }
    const made = byteLength(graph.tensors[graph.ops[layer[layer.length - 1]].outputs[0]]);
    for (let part = 0; part < PIECES; part++)
      pieces.push({ instructions: instructions / PIECES, bytes: bytes + (made * part) / PIECES, op, part });
    op += layer.length - 1;
  }
  return pieces;
}

/**
 * The layers with the largest constants in so many equal parts: what is done where no cut between operators makes stages that fit.
 * Layers of half the size are among them.
 *
 * @param whole operators that are not parted
 */
export function largestIn(graph: Graph, parts: number, whole = NONE): readonly Parting[] {
  const layers = [...graph.ops.keys()].filter((op) => layerFrom(graph, op)?.every((it) => !whole.has(it)));
  const constants = (op: number) =>
    graph.ops[op].inputs.reduce<number>(
      (sum, id) => sum + (id === null ? 0 : (graph.tensors[id].data?.length ?? 0)),
      0,
    );
  const most = Math.max(0, ...layers.map(constants));
  return layers.flatMap((op) => {
    const channels = channelsOf(graph, graph.ops[op]);
    if (2 * constants(op) < most || channels < parts) return [];
    return [
      { op, at: Array.from({ length: parts - 1 }, (_, i) => Math.round(((i + 1) * channels) / parts)) },
    ];
  });
}
