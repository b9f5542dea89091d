/**
 * Which part of a chain of layers goes to which of a row of boards: dynamic programming over cuts and boards, exact for what
 * the costs say. It knows nothing of graphs.
 */

/** What is made least: the time of one inference; the time from one to the next, where several are on their way; energy. */
export type Objective = "latency" | "throughput" | "energy";

/** What computing a stage, or sending across a link, takes. */
export interface Effort {
  readonly milliseconds: number;
  readonly millijoules: number;
}

/** A chain that can be cut at `cuts` + 1 positions, both ends included, and boards in a row with a link from each to the next. */
export interface Chain {
  readonly cuts: number;
  readonly boards: number;
  /** Of what is between two cut positions, on a board; nothing where that has no room for it. */
  stage(from: number, to: number, board: number): Effort | undefined;
  /** Of sending what crosses a cut position to the board behind this one. */
  transfer(position: number, board: number): Effort;
}

/** What a board computes: from one cut position to another. */
export interface Placed {
  readonly from: number;
  readonly to: number;
  readonly board: number;
}

export interface Partition {
  /** At least one, in the order in which they run, no two on one board. */
  readonly stages: readonly Placed[];
  /** What was made least, in milliseconds or millijoules. */
  readonly figure: number;
}

/** A way to have done everything before a cut position. */
interface Way {
  readonly figure: number;
  /** By what ways with the same figure are told apart: the time of one inference. */
  readonly milliseconds: number;
  readonly stages: readonly Placed[];
}

const START: Way = { figure: 0, milliseconds: 0, stages: [] };

/**
 * The best partition. The first stage gets the model's inputs wherever it is, its last one has the outputs. Boards may compute
 * nothing: those between two stages pass on what crosses. Sending overlaps computing where throughput is the objective: then a stage
 * takes as long as the longer of both; for latency and energy their sum counts.
 *
 * @returns nothing where no partition fits the boards
 */
export function partition(chain: Chain, objective: Objective): Partition | undefined {
  let best: Way | undefined;
  // For each cut position, the best way to have what crosses there on the board.
  let arrived: (Way | undefined)[] = ways(chain);
  for (let board = 0; board < chain.boards; board++) {
    arrived[0] = START;
    const done = [...arrived];
    for (let to = 1; to <= chain.cuts; to++)
      for (let from = 0; from < to; from++) {
        const before = arrived[from];
        const effort = before && chain.stage(from, to, board);
        if (!before || !effort) continue;
        const stages = [...before.stages, { from, to, board }];
        done[to] = better(done[to], { ...after(before, effort, objective), stages });
      }
    best = better(best, done[chain.cuts]);
    arrived = ways(chain);
    if (board + 1 === chain.boards) break;
    for (let position = 1; position < chain.cuts; position++) {
      const way = done[position];
      if (way) arrived[position] = after(way, chain.transfer(position, board), objective);
    }
  }
  return best && { stages: best.stages, figure: best.figure };
}

/** What a partition comes to; nothing where a stage does not fit its board. */
export function figureOf(chain: Chain, stages: readonly Placed[], objective: Objective): number | undefined {
  let way = START;
  for (const [i, { from, to, board }] of stages.entries()) {
    const effort = chain.stage(from, to, board);
    if (!effort) return undefined;
    for (let link = stages[i - 1]?.board ?? board; link < board; link++)
      way = after(way, chain.transfer(from, link), objective);
    way = after(way, effort, objective);
  }
  return way.figure;
}

function ways({ cuts }: Chain): (Way | undefined)[] {
  return Array.from({ length: cuts + 1 }, () => undefined);
}

function after(way: Way, { milliseconds, millijoules }: Effort, objective: Objective): Way {
  const sum = way.milliseconds + milliseconds;
  const figures = {
    latency: sum,
    throughput: Math.max(way.figure, milliseconds),
    energy: way.figure + millijoules,
  };
  return { ...way, figure: figures[objective], milliseconds: sum };
}

function better(a: Way | undefined, b: Way | undefined): Way | undefined {
  if (!a || !b) return a ?? b;
  return b.figure < a.figure || (b.figure === a.figure && b.milliseconds < a.milliseconds) ? b : a;
}
