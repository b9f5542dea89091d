/** Cuts a model into stages: how tensors lie that cross, and which layers are in parts. */
import type { Graph } from "../graph/graph.js";
import { plan } from "../plan/plan.js";
import { Refusal } from "../problems/problem.js";
import type { TrainOptions } from "../training/options.js";
import { type BalancedCut, balanced, cutInParts, largestIn, narrowed, PIECES } from "./balance.js";
import { KnownPlans } from "./known-plans.js";
import { withLanes } from "./lanes.js";
import type { Link } from "./link.js";
import type { Objective } from "./partition.js";
import { inParts, sharesOfParts } from "./parts.js";
import { split } from "./split.js";
import { FIGURES, type SplitPlan } from "./split-plan.js";
import type { StageBoard } from "./stage-board.js";
import { shares } from "./stage-costs.js";
import { trainedPart } from "./training.js";
import type { Typical } from "./typical.js";

/** The part of a board's chunks that the lanes of tensors are planned for: these lie in the arena and in buffers as well. */
const LANES_SHARE = 0.75;

/** Splits within layers that are tried: balanced, and then narrowed. */
const ROUNDS = 4;
const STEPS = 6;

/** Numbers of parts that layers are cut into where none fits. */
const PARTS = [2, 4, 8];

/**
 * The best split of a model over boards in a row: cut between operators; for throughput within layers, too, where that is better; and
 * within the largest layers where nothing else fits.
 *
 * @param graph a valid graph, after the passes, PADs fused
 * @param boards in order; the same object for boards that are alike
 * @param links from each board to the next
 * @param typical inputs that stages are balanced for; those without zeros if not given
 * @throws Refusal `split-links`, or `split-too-large` where no split fits the boards
 */
export function splitModel(
  graph: Graph,
  boards: readonly StageBoard[],
  links: readonly Link[],
  objective: Objective,
  typical?: Typical,
): SplitPlan {
  const found = orRefusal(() => splitBetween(graph, boards, links, objective, typical));
  const { ops: whole } = trainedPart(graph, trainOf(boards));
  if (found instanceof Refusal) {
    for (const parts of PARTS.filter(() => boards.length > 1)) {
      const partings = largestIn(graph, parts, whole);
      const parted = orRefusal(() =>
        splitBetween(inParts(graph, partings), boards, links, objective, typical),
      );
      if (!(parted instanceof Refusal)) return parted;
    }
    throw notInParts(graph, found, whole);
  }
  if (objective !== "throughput" || boards.length === 1) return found;
  return within(graph, boards, links, found, typical);
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

/** A split that parts layers, and its cuts. */
interface Try {
  readonly cuts: readonly BalancedCut[];
  readonly plan: SplitPlan;
}

/**
 * The best of some splits that part layers, or the one found before. They are balanced by what planning the one before has shown; then the
 * slowest stage of the best of them is made narrower, and so on.
 */
function within(
  graph: Graph,
  boards: readonly StageBoard[],
  links: readonly Link[],
  found: SplitPlan,
  typical: Typical | undefined,
): SplitPlan {
  const first = shares(graph, boards[0].options, typical?.(graph));
  const { ops: whole } = trainedPart(graph, trainOf(boards));
  const known = new KnownPlans();
  const tried = new Map<string, Try | undefined>();
  const attempt = (cuts: readonly BalancedCut[]): Try | undefined => {
    const key = cuts.map(({ op, part }) => `${op} ${part}`).join();
    if (tried.has(key)) return undefined;
    const plan = partedAt(graph, first, cuts, boards, links, known, typical);
    const done = plan && { cuts, plan };
    tried.set(key, done);
    return done;
  };
  let weights = first;
  for (let round = 0; round < ROUNDS; round++) {
    const done = attempt(balanced(graph, weights, boards, links, whole));
    if (!done) break;
    weights = weights.map((weight, op) => weight * excessAt(op, weights, done.cuts, done.plan));
  }
  const made = () => [...tried.values()].filter((it) => it !== undefined);
  const isWidened = new Set<Try>();
  for (let step = 0; step < STEPS; step++) {
    const open = made().filter((it) => !isWidened.has(it));
    if (open.length === 0) break;
    const next = open.reduce((a, b) => (better(a.plan, b.plan, "throughput") === a.plan ? a : b));
    isWidened.add(next);
    for (const cuts of narrowed(graph, first, next.cuts, slowest(next.plan), whole)) attempt(cuts);
  }
  return made().reduce((best, { plan }) => better(best, plan, "throughput"), found);
}

/** Nothing where a cut cannot be there, or a stage is without a board or without room. */
function partedAt(
  graph: Graph,
  shares: readonly number[],
  cuts: readonly BalancedCut[],
  boards: readonly StageBoard[],
  links: readonly Link[],
  known: KnownPlans,
  typical: Typical | undefined,
): SplitPlan | undefined {
  const { graph: parted, positions } = cutInParts(graph, cuts);
  const only = { positions, shares: sharesOfParts(graph, shares, parted), known };
  const plan = orRefusal(() => split(laned(parted, boards), boards, links, "throughput", { only, typical }));
  return plan instanceof Refusal || plan.stages.length !== cuts.length + 1 ? undefined : plan;
}

function slowest({ stages }: SplitPlan): number {
  const times = stages.map(({ computeMilliseconds }) => computeMilliseconds);
  return times.indexOf(Math.max(...times));
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
  typical: Typical | undefined,
): SplitPlan {
  const plain = () => split(graph, boards, links, objective, { typical });
  if (boards.length < 2) return plain();
  const inLanes = laned(graph, boards);
  if (inLanes.tensors.every(({ lanes }) => !lanes)) return plain();
  const found = orRefusal(() => split(inLanes, boards, links, objective, { typical }));
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
