/**
 * The choice among kernel forms: which operators are computed in planes, and what is best for each of the others. All of it
 * is by predicted cost, within what the board has.
 */
import { DEFAULT_CHUNK_BYTES, DEFAULT_SLOTS, type Heap } from "../cost/collections.js";
import type { Graph } from "../graph/graph.js";
import { planDataPlanes } from "../kernels/planes/data/index.js";
import { type Planes, planPlanes } from "../kernels/planes/island.js";
import { FEW_CHANNELS, suitedOps, usersOf } from "../kernels/planes/suited.js";
import { refuse } from "../problems/problem.js";
import { planArena } from "./arena.js";
import { modelMemory } from "./creation.js";
import { flashBytes } from "./flash.js";
import { alternative, type Choice, type Choices, FORMS, type Form, restingBytes } from "./forms.js";
import { figureOf, PRICES, type Prices } from "./goal.js";
import { isUpdatable, OperatorForms } from "./operators.js";
import type { PlanOptions } from "./options.js";
import { withPlanarInputs } from "./planar.js";
import { layerBytes, residentBytes } from "./resident.js";

/**
 * Planes suit images of many positions, columns those of few: what has fewer positions than one of these is left to other
 * forms. The further ones are for boards with little flash or memory.
 */
const LEAST_POSITIONS = [1, 17];
const FURTHER_POSITIONS = [65, 257, 1025];

/** Prices on flash or RAM that are tried, each half as high again as the one before. */
const STEPS = 40;

/** How much of the chunks may live at once without collecting all the time. */
const LIVE_SHARE = 0.9;

/** Chooses for a valid graph. */
export function chooseForms(graph: Graph, options: PlanOptions): Choices {
  return new Chooser(graph, options).best();
}

/** A plan, and what it comes to. */
interface Rated {
  readonly choices: Choices;
  /** Layers that would have to read or make what lies in lanes, and cannot. */
  readonly strangers: number;
  /** Bytes beyond what the board has. */
  readonly shortOfChunks: number;
  readonly shortOfFlash: number;
  /** What is to be least. */
  readonly figure: number;
}

class Chooser {
  readonly #graph: Graph;
  readonly #options: PlanOptions;
  readonly #prices: Prices;
  readonly #forms: OperatorForms;
  readonly #chunkBytes: number;
  readonly #flashBytes: number;
  /** Whether a plan was found that the board has no room for. */
  #isTight = false;

  constructor(graph: Graph, options: PlanOptions) {
    const { optimize = "speed", observable, chunkBytes, flashBytes } = options;
    this.#graph = graph;
    this.#options = options;
    this.#prices = PRICES[optimize];
    this.#forms = new OperatorForms(options);
    // Tools that look at tensors have the memory for them.
    this.#chunkBytes = observable ? Number.POSITIVE_INFINITY : (chunkBytes ?? DEFAULT_CHUNK_BYTES);
    this.#flashBytes = observable ? Number.POSITIVE_INFINITY : (flashBytes ?? Number.POSITIVE_INFINITY);
  }

  best(): Choices {
    let best: Rated | undefined;
    for (const planes of planesFor(this.#graph, this.#options)) best = better(best, this.#within(planes));
    if (!best || !isWithin(best) || this.#leastWithoutPlanes() < best.figure)
      best = better(best, this.#within(undefined));
    if (this.#isTight)
      for (const planes of furtherPlanes(this.#graph, this.#options))
        best = better(best, this.#within(planes));
    if (best.strangers > 0)
      refuse("lanes-edge", {
        tensors: this.#graph.tensors.flatMap(({ name, lanes }) => (lanes ? [name] : [])),
      });
    return best.choices;
  }

  /** The best plan with these planes that the flash has room for, or the smallest one. */
  #within(planes: Planes | undefined): Rated {
    const graph = withPlanarInputs(this.#graph, planes?.layers ?? []);
    const heap = this.#heap(this.#combined(graph, planes, (index) => this.#forms.rolled(graph, index)));
    const at = (pricesOf: (index: number) => Prices) => {
      const rated = (forms: readonly Form[]) =>
        this.#rated(
          this.#combined(graph, planes, (index, taken) =>
            this.#bestOf(graph, index, taken, pricesOf(index), heap, planes, forms),
          ),
        );
      const found = rated(FORMS);
      // A kernel takes flash by itself: what codebooks save of single layers may be less.
      const hasCodebooks = found.choices.layers.some(({ form }) => form === "codebook");
      return hasCodebooks ? better(found, rated(FORMS.filter((form) => form !== "codebook"))) : found;
    };
    const found = at(() => this.#prices);
    if (!isWithin(found)) this.#isTight = true;
    const ops = [...graph.ops.keys()];
    if (found.shortOfFlash > 0) return smaller(this.#prices, "flash", ops, at);
    return this.#options.isMod && found.shortOfChunks > 0 ? smaller(this.#prices, "ram", ops, at) : found;
  }

  /** The layers of planes, and others for what these leave. */
  #combined(
    graph: Graph,
    planes: Planes | undefined,
    choose: (index: number, taken: ReadonlySet<number>) => Choice,
  ): Choices {
    const inPlanes = new Map(planes?.layers.map((layer) => [layer.ops[0], layer]));
    const taken = new Set(planes?.layers.flatMap(({ ops }) => ops));
    const layers: Choice[] = [];
    for (let index = 0; index < graph.ops.length; index++) {
      const layer = inPlanes.get(index);
      if (layer) {
        const instead = alternative(layer.ops.map((op) => this.#forms.rolled(graph, op)));
        layers.push({ ...layer, form: "planes", cost: layer.lowering.cost, instead });
      }
      if (taken.has(index)) continue;
      const choice = choose(index, taken);
      layers.push(choice);
      index = choice.ops[choice.ops.length - 1];
    }
    const { resting = [], planes: places = 0, lanes } = planes ?? {};
    return { layers, resting, planes: places, graph, ...(lanes && { lanes }) };
  }

  /** The best that can be done with an operator, alone or together with some that follow it. */
  #bestOf(
    graph: Graph,
    index: number,
    taken: ReadonlySet<number>,
    prices: Prices,
    heap: Heap,
    planes: Planes | undefined,
    forms: readonly Form[],
  ): Choice {
    const { isMod } = this.#options;
    const figure = (choice: Choice) =>
      figureOf(choice.cost, prices, heap, restingBytes(planes?.resting ?? [], choice.ops[0])) +
      (isMod ? prices.ram * layerBytes(choice) : 0);
    const single = (at: number): Choice => {
      const [best, second] = this.#forms
        .of(graph, at)
        .filter(({ form }) => forms.includes(form))
        .toSorted((a, b) => figure(a) - figure(b));
      return second ? { ...best, instead: alternative([second]) } : best;
    };
    let best = single(index);
    if (this.#options.observable) return best;
    // A run of small layers is better as one, if each is small.
    const apart = [best];
    for (let last = index + 1; isRun(graph, last, taken); last++) {
      const run = this.#forms.run(graph, index, last);
      if (!run) break;
      apart.push(single(last));
      if (figure(run) >= apart.reduce((sum, it) => sum + figure(it), 0)) break;
      best = { ...run, instead: alternative(apart) };
    }
    return best;
  }

  /** Where the layers of a plan run: its arena and lists live all the time. */
  #heap({ graph, layers, planes }: Choices): Heap {
    const use = { planes, laneBytes: 0, stackSlots: 0, hasInt16: false };
    const arena = planArena(graph, layers).bytes;
    const { chunkBytes } = modelMemory(arena, graph.inputs.length, graph.outputs.length, use);
    return { chunkBytes: this.#chunkBytes, slots: DEFAULT_SLOTS, liveBytes: chunkBytes };
  }

  #rated(choices: Choices): Rated {
    const { layers, resting } = choices;
    const heap = this.#heap(choices);
    const restingAt = ({ ops }: Choice) => restingBytes(resting, ops[0]);
    const lanes = Math.max(0, ...layers.map((it) => it.cost.transientBytes + restingAt(it)));
    const live = heap.liveBytes + lanes + (this.#options.isMod ? residentBytes(layers) : 0);
    const flash = flashBytes(layers);
    const withoutRam = { flash: 0, ram: 0 };
    return {
      choices,
      strangers: layers.filter((it) => isStranger(choices.graph, it)).length,
      shortOfChunks: Math.max(0, live - (lanes > 0 ? LIVE_SHARE : 1) * this.#chunkBytes),
      shortOfFlash: Math.max(0, flash - this.#flashBytes),
      figure: layers.reduce(
        (sum, it) => sum + figureOf(it.cost, withoutRam, heap, restingAt(it)),
        this.#prices.flash * flash + this.#prices.ram * live,
      ),
    };
  }

  /** Less than what any plan without planes comes to; 0 where that is not known. */
  #leastWithoutPlanes(): number {
    if (this.#options.optimize === "size" || this.#options.optimize === "ram") return 0;
    return [...this.#graph.ops.keys()].reduce(
      (sum, index) => sum + this.#forms.leastInstructions(this.#graph, index),
      0,
    );
  }
}

/**
 * A plan that takes less of what is scarce, by a price on it: the least at which the plan fits. Then one operator after another goes back
 * to the least price for which there is room, for many have their forms change at nearly the same one.
 *
 * @param at the plan with a price for each operator
 * @returns the smallest plan if none fits
 */
function smaller(
  prices: Prices,
  scarce: keyof Prices,
  ops: readonly number[],
  at: (pricesOf: (index: number) => Prices) => Rated,
): Rated {
  const price = (step: number): Prices => ({
    ...prices,
    [scarce]: step === 0 ? prices[scarce] : Math.max(prices[scarce], 1) * 1.5 ** step,
  });
  const isShort = ({ shortOfFlash, shortOfChunks }: Rated) =>
    (scarce === "flash" ? shortOfFlash : shortOfChunks) > 0;
  let found = at(() => price(STEPS));
  if (isShort(found)) return found;
  const steps = new Map<number, number>();
  const lower = (from: number, put: (step: number) => void): void => {
    let [low, high] = [0, from];
    while (low < high) {
      const middle = (low + high) >> 1;
      put(middle);
      const plan = at((index) => price(steps.get(index) ?? from));
      if (isShort(plan)) low = middle + 1;
      else {
        high = middle;
        if (plan.figure <= found.figure) found = plan;
      }
    }
    put(high);
  };
  const putAll = (step: number): void => {
    for (const index of ops) steps.set(index, step);
  };
  lower(STEPS, putAll);
  const all = steps.get(ops[0]) ?? STEPS;
  for (const index of ops) lower(all, (step) => steps.set(index, step));
  return found;
}

/** What fits, or comes closest to it: memory first, without which nothing runs. */
function better(a: Rated | undefined, b: Rated): Rated {
  if (!a) return b;
  const by =
    b.strangers - a.strangers ||
    b.shortOfChunks - a.shortOfChunks ||
    b.shortOfFlash - a.shortOfFlash ||
    b.figure - a.figure;
  return by < 0 ? b : a;
}

function isWithin({ strangers, shortOfChunks, shortOfFlash }: Rated): boolean {
  return strangers === 0 && shortOfChunks === 0 && shortOfFlash === 0;
}

/** Whether a layer is of another form than planes, and has to do with a tensor that lies as planes. */
function isStranger({ tensors, ops }: Graph, { form, ops: indexes }: Choice): boolean {
  if (form === "planes") return false;
  const ids = indexes.flatMap((index) => [...ops[index].inputs, ...ops[index].outputs]);
  return ids.some((id) => id !== null && tensors[id].lanes);
}

/** The plans in planes that are worth a look. */
function planesFor(graph: Graph, options: PlanOptions): Planes[] {
  const { forms = FORMS, updatable, optimize, isMod } = options;
  if (!forms.includes("planes")) return [];
  if (updatable === "all") return dataPlanes(graph, options, optimize === "size");
  const plans = ofPositions(graph, LEAST_POSITIONS, options);
  return optimize === "size" || isMod ? [...plans, ...dataPlanes(graph, options, true)] : plans;
}

/** Further ones, for boards on which none of those fits. */
function furtherPlanes(graph: Graph, options: PlanOptions): Planes[] {
  const { forms = FORMS, updatable, optimize } = options;
  if (!forms.includes("planes") || updatable === "all") return [];
  const plans = ofPositions(graph, FURTHER_POSITIONS, options);
  return optimize === "size" ? plans : [...plans, ...dataPlanes(graph, options, true)];
}

/**
 * Planes of at least so many positions: such as begin wherever they can, and such as begin only where little is to be brought;
 * without those that are the same operators again.
 */
function ofPositions(graph: Graph, positions: readonly number[], options: PlanOptions): Planes[] {
  const { observable: isObservable = false, chunkBytes } = options;
  const excluded = new Set(
    [...graph.ops.keys()].filter(
      (index) =>
        isUpdatable(graph.ops[index].name, options) ||
        (isObservable && graph.ops[index].kind === "CONCATENATION"),
    ),
  );
  const seen = new Set<string>();
  return positions.flatMap((leastPositions) =>
    [Number.POSITIVE_INFINITY, FEW_CHANNELS].flatMap((mostChannels) => {
      const suited = [...suitedOps(graph, leastPositions, excluded, mostChannels)].join();
      if (seen.has(suited)) return [];
      seen.add(suited);
      const given = { leastPositions, mostChannels, isObservable, excluded };
      return planPlanes(graph, { ...given, ...(chunkBytes && { chunkBytes }) }) ?? [];
    }),
  );
}

/** Planes whose weights are data. */
function dataPlanes(graph: Graph, { observable, updatable }: PlanOptions, isCompact: boolean): Planes[] {
  if (graph.tensors.some(({ lanes }) => lanes)) return [];
  if (observable || (updatable !== undefined && updatable !== "all")) return [];
  const all = new Set(graph.ops.keys());
  const found = planDataPlanes(graph, all, {
    isUpdatable: updatable === "all",
    isCompact,
  });
  return found ? [found] : [];
}

/** Whether an operator takes what the one before it makes, and nobody else does. */
function isRun(graph: Graph, index: number, taken: ReadonlySet<number>): boolean {
  if (index >= graph.ops.length || taken.has(index)) return false;
  const [output] = graph.ops[index - 1].outputs;
  const users = usersOf(graph, output);
  return users.length === 1 && users[0] === index && !graph.outputs.includes(output);
}
