/** Cuts a model into stages: how tensors lie that cross, and which layers are in parts. */
import type { Graph } from "../graph/graph.js";
import { plan } from "../plan/plan.js";
import { Refusal } from "../problems/problem.js";
import type { TrainOptions } from "../training/options.js";
import { type BalancedCut, balanced, cutInParts, largestIn, PIECES } from "./balance.js";
import { withLanes } from "./lanes.js";
import type { Link } from "./link.js";
import type { Objective } from "./partition.js";
import { inParts } from "./parts.js";
import { split } from "./split.js";
import { FIGURES, type SplitPlan } from "./split-plan.js";
import type { StageBoard } from "./stage-board.js";
import { shares } from "./stage-costs.js";
import { trainedPart } from "./training.js";

/** The part of a board's chunks that the lanes of tensors are planned for: these lie in the arena and in buffers as well. */
const LANES_SHARE = 0.75;

/** Splits within layers that are tried. */
const ROUNDS = 4;

/** Numbers of parts that layers are cut into where none fits. */
const PARTS = [2, 4, 8];

/**
 * The best split of a model over boards in a row: cut between operators; for throughput within layers, too, where that is better; and
 * within the largest layers where nothing else fits.
 *
 * @param graph a valid graph, after the passes, PADs fused
 * @param boards in order; the same object for boards that are alike
 * @param links from each board to the next
 * @throws Refusal `split-links`, or `split-too-large` where no split fits the boards
 */
export function splitModel(
  graph: Graph,
  boards: readonly StageBoard[],
  links: readonly Link[],
  objective: Objective,
): SplitPlan {
  const found = orRefusal(() => splitBetween(graph, boards, links, objective));
  const { ops: whole } = trainedPart(graph, trainOf(boards));
  if (found instanceof Refusal) {
    for (const parts of PARTS.filter(() => boards.length > 1)) {
      const partings = largestIn(graph, parts, whole);
      const parted = orRefusal(() => splitBetween(inParts(graph, partings), boards, links, objective));
      if (!(parted instanceof Refusal)) return parted;
    }
    throw notInParts(graph, found, whole);
  }
  if (objective !== "throughput" || boards.length === 1) return found;
  return within(graph, boards, links, found);
}

/** What is trained by all boards together, if anything. */
function trainOf([{ options }]: readonly StageBoard[]): TrainOptions | undefined {
  return options.train;
}

/** A refusal that says, too, where layers could be in parts if they were not trained. */
function notInParts(graph: Graph, found: Refusal, whole: ReadonlySet<number>): Refusal {
  const layers = largestIn(graph, PARTS[0]).flatMap(({ op }) => (whole.has(op) ? graph.ops[op].name : []));
  if (layers.length === 0) return found;
  return new Refusal([...found.problems, { code: "split-train-parts", place: {}, details: { layers } }]);
}

/** The best of some splits that part layers, each balanced by what planning the one before has shown; or the one found before. */
function within(
  graph: Graph,
  boards: readonly StageBoard[],
  links: readonly Link[],
  found: SplitPlan,
): SplitPlan {
  let best = found;
  let weights = shares(graph, boards[0].options);
  const { ops: whole } = trainedPart(graph, trainOf(boards));
  const tried = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const cuts = balanced(graph, weights, boards, links, whole);
    const key = cuts.map(({ op, part }) => `${op} ${part}`).join();
    if (tried.has(key)) break;
    tried.add(key);
    const { graph: parted, positions } = cutInParts(graph, cuts);
    if (parted.ops.length === graph.ops.length) break;
    const next = orRefusal(() =>
      split(laned(parted, boards), boards, links, "throughput", (it) => positions.includes(it)),
    );
    if (next instanceof Refusal) break;
    best = better(best, next, "throughput");
    if (next.stages.length !== cuts.length + 1) break;
    weights = weights.map((weight, op) => weight * excessAt(op, weights, cuts, next));
  }
  return best;
}

/** How much more the stage takes that an operator is in, or most of it, than was reckoned with. */
function excessAt(
  op: number,
  weights: readonly number[],
  cuts: readonly BalancedCut[],
  { stages }: SplitPlan,
): number {
  const ends = [...cuts.map(({ op, part }) => op + part / PIECES), weights.length];
  const at = ends.findIndex((end) => op + 0.5 < end);
  const [from, to] = [at === 0 ? 0 : ends[at - 1], ends[at]];
  const reckoned = weights.reduce(
    (sum, it, i) => sum + it * Math.max(0, Math.min(i + 1, to) - Math.max(i, from)),
    0,
  );
  return reckoned > 0 ? stages[at].instructions / reckoned : 1;
}

/** With tensors in lanes, or with bytes alone where stages cannot take them so and that is better. */
function splitBetween(
  graph: Graph,
  boards: readonly StageBoard[],
  links: readonly Link[],
  objective: Objective,
): SplitPlan {
  const plain = () => split(graph, boards, links, objective);
  if (boards.length < 2) return plain();
  const inLanes = laned(graph, boards);
  if (inLanes.tensors.every(({ lanes }) => !lanes)) return plain();
  const found = orRefusal(() => split(inLanes, boards, links, objective));
  if (!(found instanceof Refusal) && !found.hasStrangers) return found;
  const other = orRefusal(plain);
  if (other instanceof Refusal) {
    if (found instanceof Refusal) throw other;
    return found;
  }
  return found instanceof Refusal ? other : better(found, other, objective);
}

/** In the lanes of a plan of the whole for the board with least memory. */
function laned(graph: Graph, boards: readonly StageBoard[]): Graph {
  const chunkBytesOf = ({ options }: StageBoard) => options.chunkBytes ?? Number.POSITIVE_INFINITY;
  const [{ options }] = boards.toSorted((a, b) => chunkBytesOf(a) - chunkBytesOf(b));
  const { flashBytes: _, chunkBytes, ...others } = options;
  return withLanes(
    graph,
    plan(graph, { ...others, ...(chunkBytes && { chunkBytes: Math.floor(LANES_SHARE * chunkBytes) }) }),
    trainedPart(graph, options.train).tensors,
  );
}

function better(a: SplitPlan, b: SplitPlan, objective: Objective): SplitPlan {
  return FIGURES[objective](b) < FIGURES[objective](a) ? b : a;
}

function orRefusal<T>(make: () => T): T | Refusal {
  try {
    return make();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
