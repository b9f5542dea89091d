/** A split as data, ready for a table: who computes what, sends what, and how long each takes. */
import { gradientBytes } from "../../runtime/pipeline/training-words.js";
import type { Graph } from "../graph/graph.js";
import { type TrainingFigures, trainingFigures } from "../training/figures.js";
import { crossingBytes } from "./cuts.js";
import type { Chain, Objective, Partition } from "./partition.js";
import type { StageBoard } from "./stage-board.js";
import type { PlannedStage, StageCosts } from "./stage-costs.js";

/** One stage. Times, bytes and energy are those of one inference, predicted. */
export interface SplitStage {
  /** The board, and its place in the row. */
  readonly board: string;
  readonly boardIndex: number;
  /** Its operators: positions in the model's graph, from the first up to `end`, exclusive; their names. */
  readonly first: number;
  readonly end: number;
  readonly layers: readonly string[];
  readonly instructions: number;
  readonly computeMilliseconds: number;
  /** Bytes that it sends on, and how many links they cross to the next stage; 0 of the last stage. */
  readonly bytesSent: number;
  readonly links: number;
  /** Time that sending takes, over all these links. */
  readonly transferMilliseconds: number;
  /** Time that the CPU waits, at the pipeline's pace. */
  readonly idleMilliseconds: number;
  readonly flashBytes: number;
  /** Of the XS machine that the stage asks for. */
  readonly heapBytes: number;
  /** For computing and, on both ends of each link, for sending; waiting is not counted. */
  readonly millijoules: number;
  /** Of a stage that takes part in training. */
  readonly learning?: StageLearning;
  readonly planned: PlannedStage;
}

/** What a stage's part of training takes, predicted, beside what inference does: heap and flash are among those of the stage. */
export interface StageLearning extends TrainingFigures {
  /** Bytes of a sample's gradients for the board before; 0 where it wants none. */
  readonly bytesBack: number;
}

export interface SplitPlan {
  readonly stages: readonly SplitStage[];
  /** From the model's inputs to its outputs, with one inference on its way. */
  readonly latencyMilliseconds: number;
  /** From one result to the next with the pipeline full, sending while computing: that of the slowest stage or link. */
  readonly intervalMilliseconds: number;
  readonly millijoules: number;
  /** Whether stages were left out that cannot take or make what crosses as it lies. */
  readonly hasStrangers: boolean;
}

/** What each objective makes least. */
export const FIGURES: Readonly<Record<Objective, (of: SplitPlan) => number>> = {
  latency: (of) => of.latencyMilliseconds,
  throughput: (of) => of.intervalMilliseconds,
  energy: (of) => of.millijoules,
};

/** What a partition is one of. */
export interface Split {
  readonly graph: Graph;
  readonly boards: readonly StageBoard[];
  readonly chain: Chain;
  readonly costs: StageCosts;
  readonly positions: readonly number[];
}

/** The figures of a partition whose stages are planned and fit. */
export function splitPlan({ graph, boards, chain, costs, positions }: Split, found: Partition): SplitPlan {
  const rows = found.stages.map(({ from, to, board }, i) => {
    const [first, end] = [positions[from], positions[to]];
    const next = found.stages[i + 1]?.board ?? board;
    const sent = Array.from({ length: next - board }, (_, link) => chain.transfer(to, board + link));
    const computed = chain.stage(from, to, board)!;
    return { first, end, board, sent, computed, planned: costs.planned(first, end, board)! };
  });
  const intervalMilliseconds = Math.max(
    ...rows.flatMap(({ sent, computed }) => [computed, ...sent].map(({ milliseconds }) => milliseconds)),
  );
  const stages = rows.map(({ first, end, board, sent, computed, planned }): SplitStage => {
    const { instructions, flashBytes, heapBytes } = planned.placement;
    const learning = learningOf(planned);
    return {
      board: boards[board].name,
      boardIndex: board,
      first,
      end,
      layers: graph.ops.slice(first, end).map(({ name }) => name),
      instructions,
      computeMilliseconds: computed.milliseconds,
      bytesSent: sent.length > 0 ? crossingBytes(graph, end) : 0,
      links: sent.length,
      transferMilliseconds: sum(sent, (it) => it.milliseconds),
      idleMilliseconds: intervalMilliseconds - computed.milliseconds,
      flashBytes,
      heapBytes,
      millijoules: computed.millijoules + sum(sent, (it) => it.millijoules),
      ...(learning && { learning }),
      planned,
    };
  });
  return {
    stages,
    latencyMilliseconds: sum(stages, (it) => it.computeMilliseconds + it.transferMilliseconds),
    intervalMilliseconds,
    millijoules: sum(stages, (it) => it.millijoules),
    hasStrangers: costs.hasStrangers,
  };
}

function learningOf({ plan }: PlannedStage): StageLearning | undefined {
  const figures = trainingFigures(plan);
  return figures && { ...figures, bytesBack: gradientBytes(plan.training?.crossing?.handed ?? []) };
}

function sum<T>(of: readonly T[], figure: (it: T) => number): number {
  return of.reduce((total, it) => total + figure(it), 0);
}
