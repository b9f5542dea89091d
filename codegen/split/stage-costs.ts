/** What the stages of a graph take: estimated from a plan of the whole, or exactly from a plan of their own. */
import type { Shortage } from "../../boards/machine.js";
import { gradientBytes } from "../../runtime/pipeline/training-words.js";
import type { Activations } from "../cost/activity.js";
import type { Graph } from "../graph/graph.js";
import { Node } from "../ops/node.js";
import { operatorOf } from "../ops/registry.js";
import type { PlanOptions } from "../plan/options.js";
import { type Plan, plan } from "../plan/plan.js";
import { Refusal } from "../problems/problem.js";
import { stageBuffers } from "./buffers.js";
import { crossingBytes } from "./cuts.js";
import { KnownPlans, type StagePlan } from "./known-plans.js";
import { type Link, POLL_INSTRUCTIONS } from "./link.js";
import type { Effort } from "./partition.js";
import type { Placement, StageBoard } from "./stage-board.js";
import { stageGraph } from "./stage-graph.js";
import { stageTraining } from "./training.js";
import { layersFor } from "./typical.js";

/** A stage that was planned for a board. */
export interface PlannedStage extends StagePlan {
  readonly placement: Placement;
}

/** A stage that a board has no room for. */
export interface Unfit {
  readonly first: number;
  readonly end: number;
  readonly board: StageBoard;
  readonly shortage: Shortage;
}

/**
 * Planning a stage takes seconds, and there are as many as pairs of positions. So a stage that was not planned has its share of
 * what the whole model takes where neither flash nor memory is scarce, which is hardly ever more than what it takes by
 * itself: forms that compute several operators at once end at a cut.
 *
 * Positions are those of operators, boards are places in the row. Boards that are the same object have the same plans; what links keep
 * depends on the place.
 */
export class StageCosts {
  readonly #graph: Graph;
  readonly #boards: readonly StageBoard[];
  readonly #links: readonly Link[];
  readonly #known: KnownPlans;
  readonly #given: readonly number[] | undefined;
  readonly #inferences: readonly Activations[] | undefined;
  /** Null where tensors that cross cannot be taken or made as they lie. */
  readonly #plans = new Map<StageBoard, Map<string, StagePlan | null>>();
  readonly #placements = new Map<string, Placement>();
  /** Instructions of the operators before each one. */
  readonly #before = new Map<StageBoard, readonly number[]>();
  /** The stages that did not fit, in the order in which that was found. */
  readonly unfit: Unfit[] = [];

  /**
   * @param graph a valid graph, after the passes
   * @param links from each board to the next
   * @param known plans of stages, to which others are added
   * @param given instructions of each operator by which stages that are not planned are estimated; by a plan of the whole if not given
   * @param inferences what the graph's tensors hold in typical ones; no zeros if not given
   */
  constructor(
    graph: Graph,
    boards: readonly StageBoard[],
    links: readonly Link[],
    known = new KnownPlans(),
    given?: readonly number[],
    inferences?: readonly Activations[],
  ) {
    this.#graph = graph;
    this.#boards = boards;
    this.#links = links;
    this.#known = known;
    this.#given = given;
    this.#inferences = inferences;
  }

  isPlanned(first: number, end: number, at: number): boolean {
    return this.#plans.get(this.#boards[at])?.has(key(first, end)) ?? false;
  }

  /** Whether there was a stage that cannot take or make tensors as they lie. */
  get hasStrangers(): boolean {
    return [...this.#plans.values()].some((ofBoard) => [...ofBoard.values()].includes(null));
  }

  /** A stage planned for a board, whether it fits or not; null where it cannot take or make what crosses as that lies. */
  planned(first: number, end: number, at: number): PlannedStage | null {
    const unplaced = this.#unplaced(first, end, this.#boards[at]);
    return unplaced && { ...unplaced, placement: this.#placed(first, end, at, unplaced.plan) };
  }

  #unplaced(first: number, end: number, board: StageBoard): StagePlan | null {
    const ofBoard = this.#plans.get(board) ?? new Map<string, StagePlan | null>();
    this.#plans.set(board, ofBoard);
    const known = ofBoard.get(key(first, end));
    if (known !== undefined) return known;
    const stage = this.#plan(first, end, board);
    ofBoard.set(key(first, end), stage);
    return stage;
  }

  #plan(first: number, end: number, board: StageBoard): StagePlan | null {
    const graph = stageGraph(this.#graph, first, end);
    const { train, ...options } = board.options;
    const own = train && stageTraining(this.#graph, train, first, end);
    try {
      return this.#known.of(graph, board, { ...options, ...(own && { train: own }) });
    } catch (error) {
      if (error instanceof Refusal && error.problems.every(({ code }) => code === "lanes-edge")) return null;
      throw error;
    }
  }

  /** All boards behind are reckoned with, as if each had a stage. */
  #placed(first: number, end: number, at: number, planned: Plan): Placement {
    const known = this.#placements.get(`${at} ${key(first, end)}`);
    if (known) return known;
    const crossed = (link: Link | undefined, position: number) =>
      link && { link, bytes: crossingBytes(this.#graph, position) };
    const board = this.#boards[at];
    const buffers = stageBuffers(
      first === 0 ? undefined : crossed(this.#links[at - 1], first),
      end === this.#graph.ops.length ? undefined : crossed(this.#links[at], end),
      this.#boards.length - 1 - at,
    );
    const placement = board.place(
      planned,
      { ...buffers, chunkBytes: buffers.chunkBytes + gradientBuffers(planned) },
      layersFor(planned, this.#inferences),
    );
    this.#placements.set(`${at} ${key(first, end)}`, placement);
    for (const shortage of placement.short) this.unfit.push({ first, end, board, shortage });
    return placement;
  }

  /**
   * @param at of the board in the row
   * @param linkInstructions of receiving what it takes and sending what it makes
   * @returns nothing where the board has no room, as far as is known
   */
  effort(first: number, end: number, at: number, linkInstructions: number): Effort | undefined {
    const board = this.#boards[at];
    const isKnown = this.isPlanned(first, end, at);
    const known = isKnown ? this.planned(first, end, at) : undefined;
    if (known === null) return undefined;
    if (known ? known.placement.short.length > 0 : this.#hasNoFlash(first, end, board)) return undefined;
    const instructions = known
      ? known.placement.instructions + polls(known.plan, linkInstructions)
      : this.#share(first, end, board);
    const milliseconds = board.milliseconds(instructions + linkInstructions);
    return { milliseconds, millijoules: board.watts * milliseconds };
  }

  #share(first: number, end: number, board: StageBoard): number {
    const before =
      this.#before.get(board) ??
      prefixSums(this.#given ?? shares(this.#graph, board.options, this.#inferences));
    this.#before.set(board, before);
    return before[end] - before[first];
  }

  /** Whether a part of the stage alone takes more flash than there is, at its smallest. */
  #hasNoFlash(first: number, end: number, board: StageBoard): boolean {
    return this.unfit.some(
      (it) => it.board === board && it.shortage.what === "flash" && first <= it.first && it.end <= end,
    );
  }
}

/** Bytes of gradients that links keep: one message that waits or is kept, and one that arrives or is made. */
function gradientBuffers({ training }: Plan): number {
  const { crossing } = training ?? {};
  return crossing ? 2 * (gradientBytes(crossing.received) + gradientBytes(crossing.handed)) : 0;
}

/** A stage with links polls them between tiles. */
function polls({ layers }: Plan, linkInstructions: number): number {
  return linkInstructions > 0 ? layers.reduce((sum, { tiles }) => sum + tiles, 0) * POLL_INSTRUCTIONS : 0;
}

function key(first: number, end: number): string {
  return `${first} ${end}`;
}

/** Limits that no plan comes to. */
const ROOMY = { chunkBytes: Number.POSITIVE_INFINITY, flashBytes: Number.POSITIVE_INFINITY };

/** What each operator takes of the instructions of the whole model; of a layer that computes several, by their MACs. */
export function shares(
  graph: Graph,
  options: PlanOptions,
  inferences: readonly Activations[] | undefined,
): number[] {
  const instructions = graph.ops.map(() => 0);
  const position = new Map(graph.ops.map(({ name }, i) => [name, i]));
  const whole = stageGraph(graph, 0, graph.ops.length);
  const made = plan(whole, { ...options, ...ROOMY });
  const typical = layersFor(made, inferences);
  for (const { ops, macs, cost } of typical.flat())
    for (const op of ops) {
      const own = operatorOf(op).macs?.(new Node(made.graph, op)) ?? 0;
      const part = macs > 0 ? own / macs : 1 / ops.length;
      instructions[position.get(op.name)!] += (cost.instructions * part) / typical.length;
    }
  return instructions;
}

function prefixSums(values: readonly number[]): number[] {
  let sum = 0;
  return [0, ...values.map((value) => (sum += value))];
}
