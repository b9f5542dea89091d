/** Cuts a model into stages for a row of boards. */
import type { Graph } from "../graph/graph.js";
import { refuse } from "../problems/problem.js";
import { crossingBytes, cutPositions } from "./cuts.js";
import type { KnownPlans } from "./known-plans.js";
import { type Link, receiveInstructions, sendInstructions, transferMilliseconds } from "./link.js";
import { type Chain, type Objective, partition } from "./partition.js";
import { type SplitPlan, splitPlan } from "./split-plan.js";
import type { StageBoard } from "./stage-board.js";
import { StageCosts, type Unfit } from "./stage-costs.js";
import type { Typical } from "./typical.js";

/** Where a graph may be cut, and what is known of its stages. */
export interface Restriction {
  readonly positions: readonly number[];
  /** Instructions of each operator: estimates of stages that are not planned. */
  readonly shares: readonly number[];
  readonly known: KnownPlans;
}

export interface SplitOptions {
  /** The positions that are to be looked at; all if not given. */
  readonly only?: Restriction | undefined;
  /** Inputs that stages are balanced for; those without zeros if not given. */
  readonly typical?: Typical | undefined;
}

/** How far what is found may be from what could be, at most. */
const PRECISION = 0.02;

/**
 * The best split of a graph over boards in a row, each of which may have one stage or none.
 *
 * Dynamic programming runs over estimates, what it chooses is planned, and so on until what is planned is within 2 per cent of
 * what estimates promise of all others.
 *
 * @param graph a valid graph, after the passes
 * @param boards in order; the same object for boards that are alike
 * @param links from each board to the next
 * @throws Refusal `split-links`, or `split-too-large` where no split fits the boards
 */
export function split(
  graph: Graph,
  boards: readonly StageBoard[],
  links: readonly Link[],
  objective: Objective,
  { only, typical }: SplitOptions = {},
): SplitPlan {
  if (boards.length === 0 || links.length !== boards.length - 1)
    refuse("split-links", { boards: boards.length, links: links.length });
  const { length } = graph.ops;
  const positions = cutPositions(graph).filter(
    (it) => it === 0 || it === length || !only || only.positions.includes(it),
  );
  const costs = new StageCosts(graph, boards, links, only?.known, only?.shares, typical?.(graph));
  const bytes = positions.map((position) => crossingBytes(graph, position));
  const linkInstructions = (from: number, to: number, board: number) =>
    (from > 0 && board > 0 ? receiveInstructions(links[board - 1], bytes[from]) : 0) +
    (to < positions.length - 1 && board < links.length ? sendInstructions(links[board], bytes[to]) : 0);
  const isPlanned = (from: number, to: number, board: number) =>
    costs.isPlanned(positions[from], positions[to], board);
  const all: Chain = {
    cuts: positions.length - 1,
    boards: boards.length,
    stage: (from, to, board) =>
      costs.effort(positions[from], positions[to], board, linkInstructions(from, to, board)),
    transfer: (position, board) => {
      const milliseconds = transferMilliseconds(links[board], bytes[position]);
      return { milliseconds, millijoules: (boards[board].watts + boards[board + 1].watts) * milliseconds };
    },
  };
  const planned: Chain = {
    ...all,
    stage: (from, to, board) => (isPlanned(from, to, board) ? all.stage(from, to, board) : undefined),
  };
  for (;;) {
    const promised = partition(all, objective);
    if (!promised) return refuseAll(graph, boards, costs.unfit);
    const found = partition(planned, objective);
    if (found && found.figure <= promised.figure * (1 + PRECISION))
      return splitPlan({ graph, boards, chain: all, costs, positions }, found);
    for (const { from, to, board } of promised.stages) costs.planned(positions[from], positions[to], board);
  }
}

/** Refuses by the stage that comes closest to fitting, as a part of what its board has. */
function refuseAll({ ops }: Graph, boards: readonly StageBoard[], unfit: readonly Unfit[]): never {
  const lack = ({ shortage }: Unfit) => shortage.needed / Math.max(1, shortage.available);
  const { first, end, board, shortage } = unfit.reduce((a, b) => (lack(b) < lack(a) ? b : a));
  return refuse("split-too-large", {
    boards: boards.map(({ name }) => name),
    board: board.name,
    first: ops[first].name,
    last: ops[end - 1].name,
    ...shortage,
  });
}
