/** What the stages of a graph take: estimated from a plan of the whole, or exactly from a plan of their own. */
import type { Shortage } from "../../boards/machine.js";
import { gradientBytes } from "../../runtime/pipeline/training-words.js";
import type { Graph } from "../graph/graph.js";
import { Node } from "../ops/node.js";
import { operatorOf } from "../ops/registry.js";
import type { PlanOptions } from "../plan/options.js";
import { type Plan, plan } from "../plan/plan.js";
import { Refusal } from "../problems/problem.js";
import { crossingBytes } from "./cuts.js";
import { bufferBytes } from "./link.js";
import type { Effort } from "./partition.js";
import type { Placement, StageBoard } from "./stage-board.js";
import { stageGraph } from "./stage-graph.js";
import { stageTraining } from "./training.js";

/** A stage that was planned for a board. */
export interface PlannedStage {
  readonly graph: Graph;
  readonly plan: Plan;
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
 * Positions are those of operators. Boards that are the same object have the same stages.
 */
export class StageCosts {
  readonly #graph: Graph;
  /** Null where tensors that cross cannot be taken or made as they lie. */
  readonly #planned = new Map<StageBoard, Map<string, PlannedStage | null>>();
  /** Instructions of the operators before each one. */
  readonly #before = new Map<StageBoard, readonly number[]>();
  /** The stages that did not fit, in the order in which that was found. */
  readonly unfit: Unfit[] = [];

  /** @param graph a valid graph, after the passes */
  constructor(graph: Graph) {
    this.#graph = graph;
  }

  isPlanned(first: number, end: number, board: StageBoard): boolean {
    return this.#planned.get(board)?.has(key(first, end)) ?? false;
  }

  /** Whether there was a stage that cannot take or make tensors as they lie. */
  get hasStrangers(): boolean {
    return [...this.#planned.values()].some((ofBoard) => [...ofBoard.values()].includes(null));
  }

  /** A stage planned for a board, whether it fits or not; null where it cannot take or make what crosses as that lies. */
  planned(first: number, end: number, board: StageBoard): PlannedStage | null {
    const ofBoard = this.#planned.get(board) ?? new Map<string, PlannedStage | null>();
    this.#planned.set(board, ofBoard);
    const known = ofBoard.get(key(first, end));
    if (known !== undefined) return known;
    const stage = this.#plan(first, end, board);
    ofBoard.set(key(first, end), stage);
    for (const shortage of stage?.placement.short ?? []) this.unfit.push({ first, end, board, shortage });
    return stage;
  }

  #plan(first: number, end: number, board: StageBoard): PlannedStage | null {
    const graph = stageGraph(this.#graph, first, end);
    const received = first === 0 ? 0 : crossingBytes(this.#graph, first);
    const sent = end === this.#graph.ops.length ? 0 : crossingBytes(this.#graph, end);
    const { train, ...options } = board.options;
    const own = train && stageTraining(this.#graph, train, first, end);
    try {
      const planned = plan(graph, { ...options, ...(own && { train: own }) });
      const { crossing } = planned.training ?? {};
      const back = crossing
        ? bufferBytes(gradientBytes(crossing.received), gradientBytes(crossing.handed))
        : 0;
      return { graph, plan: planned, placement: board.place(planned, bufferBytes(received, sent) + back) };
    } catch (error) {
      if (error instanceof Refusal && error.problems.every(({ code }) => code === "lanes-edge")) return null;
      throw error;
    }
  }

  /**
   * @param linkInstructions of receiving what it takes and sending what it makes
   * @returns nothing where the board has no room, as far as is known
   */
  effort(first: number, end: number, board: StageBoard, linkInstructions: number): Effort | undefined {
    const known = this.#planned.get(board)?.get(key(first, end));
    if (known === null) return undefined;
    if (known ? known.placement.short.length > 0 : this.#hasNoFlash(first, end, board)) return undefined;
    const instructions = known?.placement.instructions ?? this.#share(first, end, board);
    const milliseconds = board.milliseconds(instructions + linkInstructions);
    return { milliseconds, millijoules: board.watts * milliseconds };
  }

  #share(first: number, end: number, board: StageBoard): number {
    const before = this.#before.get(board) ?? prefixSums(shares(this.#graph, board.options));
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

function key(first: number, end: number): string {
  return `${first} ${end}`;
}

/** Limits that no plan comes to. */
const ROOMY = { chunkBytes: Number.POSITIVE_INFINITY, flashBytes: Number.POSITIVE_INFINITY };

/** What each operator takes of the instructions of the whole model; of a layer that computes several, by their MACs. */
export function shares(graph: Graph, options: PlanOptions): number[] {
  const instructions = graph.ops.map(() => 0);
  const position = new Map(graph.ops.map(({ name }, i) => [name, i]));
  const whole = stageGraph(graph, 0, graph.ops.length);
  const { graph: planned, layers } = plan(whole, { ...options, ...ROOMY });
  for (const { ops, macs, cost } of layers)
    for (const op of ops) {
      const own = operatorOf(op).macs?.(new Node(planned, op)) ?? 0;
      instructions[position.get(op.name)!] += cost.instructions * (macs > 0 ? own / macs : 1 / ops.length);
    }
  return instructions;
}

function prefixSums(values: readonly number[]): number[] {
  let sum = 0;
  return [0, ...values.map((value) => (sum += value))];
}
