/**
 * The choice among kernel forms: which operators are computed in planes, and what is best for each of the others. All of it
 * is by predicted cost.
 */
import { DEFAULT_CHUNK_BYTES } from "../cost/collections.js";
import { type Cost, FREE } from "../cost/cost.js";
import { rolledCost } from "../cost/rolled.js";
import { elements, type Graph } from "../graph/graph.js";
import { columns } from "../kernels/columns/index.js";
import { reduced } from "../kernels/columns/reduce.js";
import { planDataPlanes } from "../kernels/planes/data/index.js";
import { type Planes, planPlanes } from "../kernels/planes/island.js";
import { usersOf } from "../kernels/planes/suited.js";
import { unrolled } from "../kernels/unrolled/index.js";
import { Node } from "../ops/node.js";
import { operatorOf } from "../ops/registry.js";
import { planArena } from "./arena.js";
import { type Choice, type Choices, FORMS, type Form, restingBytes } from "./forms.js";
import type { PlanOptions } from "./options.js";
import { withPlanarInputs } from "./planar.js";

/**
 * Planes suit images of many positions, columns those of few: what has fewer positions than one of these is left to other
 * forms.
 */
const LEAST_POSITIONS = [1, 17];

/** MACs beyond which a layer, and a run of layers, is not unrolled: flash and compile time are better spent. */
const MOST_UNROLLED = 50_000;
const MOST_IN_RUN = 4_000;

/** Positions beyond which columns are never best. */
const MOST_POSITIONS = 64;

/** Chooses for a valid graph. */
export function chooseForms(graph: Graph, options: PlanOptions): Choices {
  const candidates = planesFor(graph, options).map((planes) => combined(graph, planes, options));
  // Tools that look at tensors have the memory for them.
  const most = options.observable
    ? Number.POSITIVE_INFINITY
    : LIVE_SHARE * (options.chunkBytes ?? DEFAULT_CHUNK_BYTES);
  const fitting = candidates.filter((it) => peakBytes(it) <= most);
  return fitting.reduce(
    (best, it) => (isBetter(total(it), total(best), options) ? it : best),
    combined(graph, undefined, options),
  );
}

/** How much of the chunks may live at once without collecting all the time. */
const LIVE_SHARE = 0.85;

/** Bytes of chunks that live at once: the arena, what a layer needs and what waits for later ones. */
function peakBytes({ graph, layers, resting }: Choices): number {
  const most = Math.max(
    ...layers.map(({ ops, cost }) => cost.transientBytes + restingBytes(resting, ops[0])),
  );
  return planArena(graph, layers).bytes + most;
}

/** The plans in planes that are worth a look. */
function planesFor(graph: Graph, options: PlanOptions): Planes[] {
  const { forms = FORMS, observable = false, updatable, optimize } = options;
  if (!forms.includes("planes")) return [];
  const all = new Set(graph.ops.keys());
  const asData = (isUpdatable: boolean) =>
    observable ? undefined : planDataPlanes(graph, all, { isUpdatable, isCompact: optimize === "size" });
  if (updatable === "all") return [asData(true)].filter((it) => it !== undefined);
  const without = new Set([...all].filter((index) => isUpdatable(graph.ops[index].name, options)));
  const plans = LEAST_POSITIONS.map((positions) =>
    planPlanes(graph, positions, observable, without, options.chunkBytes),
  );
  if (optimize === "size" && without.size === 0) plans.push(asData(false));
  return plans.filter((it) => it !== undefined);
}

/** Every operator that is not in planes in the best of the other forms. */
function combined(given: Graph, planes: Planes | undefined, options: PlanOptions): Choices {
  const inPlanes = new Map(planes?.layers.map((layer) => [layer.ops[0], layer]));
  const taken = new Set(planes?.layers.flatMap(({ ops }) => ops));
  const graph = withPlanarInputs(given, planes?.layers ?? []);
  const layers: Choice[] = [];
  for (let index = 0; index < graph.ops.length; index++) {
    const layer = inPlanes.get(index);
    if (layer) layers.push({ ...layer, form: "planes", cost: layer.lowering.cost });
    if (taken.has(index)) continue;
    const choice = bestOf(graph, index, taken, options);
    layers.push(choice);
    index = choice.ops[choice.ops.length - 1];
  }
  return { layers, resting: planes?.resting ?? [], planes: planes?.planes ?? 0, graph };
}

/** The best that can be done with an operator, alone or together with some that follow it. */
function bestOf(graph: Graph, index: number, taken: ReadonlySet<number>, options: PlanOptions): Choice {
  const { forms = FORMS, observable = false } = options;
  let best = single(graph, index, options);
  if (!forms.includes("unrolled") || observable) return best;
  // A run of small layers is better as one, if each is small.
  let apart = best.cost;
  let macs = macsOf(graph, index);
  if (isUpdatable(graph.ops[index].name, options)) return best;
  for (let last = index + 1; isRun(graph, last, taken); last++) {
    if (isUpdatable(graph.ops[last].name, options)) break;
    macs += macsOf(graph, last);
    if (macs > MOST_IN_RUN) break;
    apart = sum([apart, single(graph, last, options).cost]);
    const ops = Array.from({ length: last - index + 1 }, (_, i) => index + i);
    const lowering = unrolled(graph, ops);
    if (!lowering || !isBetter(lowering.cost, apart, options)) break;
    best = { ops, form: "unrolled", lowering, outputs: graph.ops[last].outputs, cost: lowering.cost };
  }
  return best;
}

function macsOf(graph: Graph, index: number): number {
  const op = graph.ops[index];
  return operatorOf(op).macs?.(new Node(graph, op)) ?? 0;
}

/** Whether an operator takes what the one before it makes, and nobody else does. */
function isRun(graph: Graph, index: number, taken: ReadonlySet<number>): boolean {
  if (index >= graph.ops.length || taken.has(index)) return false;
  const [output] = graph.ops[index - 1].outputs;
  const users = usersOf(graph, output);
  return users.length === 1 && users[0] === index && !graph.outputs.includes(output);
}

const chosen = new WeakMap<Graph, Map<string, Choice>>();

/** The best form of one operator by itself. */
function single(graph: Graph, index: number, options: PlanOptions): Choice {
  const { forms = FORMS } = options;
  const known = chosen.get(graph) ?? new Map<string, Choice>();
  chosen.set(graph, known);
  const key = `${index} ${forms} ${options.optimize} ${options.updatable}`;
  const before = known.get(key);
  if (before) return before;
  const op = graph.ops[index];
  const node = new Node(graph, op);
  const rolled = operatorOf(op).lower(node);
  const choice = (form: Form, lowering: Choice["lowering"], cost: Cost): Choice => ({
    ops: [index],
    form,
    lowering,
    outputs: op.outputs,
    cost,
  });
  let best = choice("rolled", rolled, rolledCost(node, rolled));
  const isSmall = macsOf(graph, index) <= MOST_UNROLLED;
  const isNarrow =
    op.kind === "FULLY_CONNECTED" ||
    (op.kind.endsWith("CONV_2D") && elements(node.output().shape.slice(1, 3)) <= MOST_POSITIONS);
  if (rolled.form === "kernel" && !isUpdatable(op.name, options))
    for (const [form, lowering] of [
      ["unrolled", isSmall && forms.includes("unrolled") ? unrolled(graph, [index]) : undefined],
      ["columns", forms.includes("columns") ? (isNarrow ? columns(node) : reduced(node)) : undefined],
    ] as const)
      if (lowering && isBetter(lowering.cost, best.cost, options))
        best = choice(form, lowering, lowering.cost);
  known.set(key, best);
  return best;
}

function isUpdatable(name: string, { updatable }: PlanOptions): boolean {
  return updatable === "all" || (updatable?.includes(name) ?? false);
}

function total({ layers }: Choices): Cost {
  return sum(layers.map(({ cost }) => cost));
}

function sum(costs: readonly Cost[]): Cost {
  const all = (pick: (cost: Cost) => number) => costs.reduce((total, cost) => total + pick(cost), 0);
  const most = (pick: (cost: Cost) => number) => Math.max(0, ...costs.map(pick));
  return {
    ...FREE,
    instructions: all((it) => it.instructions),
    longestStep: most((it) => it.longestStep),
    garbageBytes: all((it) => it.garbageBytes),
    transientBytes: most((it) => it.transientBytes),
    flashBytes: all((it) => it.flashBytes),
    stackSlots: most((it) => it.stackSlots),
  };
}

/** Instructions that collecting a byte of garbage takes, about. */
const COLLECTING = 1;

/** Instructions that a byte of flash is worth where size matters most. */
const WORTH = 5_000;

/** Whether a cost is less, by what is to be least. */
function isBetter(a: Cost, b: Cost, { optimize = "speed" }: PlanOptions): boolean {
  const figure = ({ instructions, garbageBytes, flashBytes, transientBytes }: Cost) =>
    optimize === "size"
      ? flashBytes + instructions / WORTH
      : optimize === "ram"
        ? transientBytes * 2 ** 20 + instructions / 2 ** 20
        : instructions + COLLECTING * garbageBytes;
  return figure(a) < figure(b);
}
