import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteLength, type Graph } from "../../codegen/graph/graph.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { crossingBytes, cutPositions } from "../../codegen/split/cuts.js";
import {
  type Chain,
  figureOf,
  type Objective,
  type Placed,
  partition,
} from "../../codegen/split/partition.js";
import { randomGraph } from "./random-graph.js";

const OBJECTIVES: readonly Objective[] = ["latency", "throughput", "energy"];

const figure = (max: number) => fc.integer({ min: 1, max: 1000 * max }).map((n) => n / 1000);
const scenario = fc.record({
  layers: fc.integer({ min: 1, max: 12 }),
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
  work: fc.array(figure(100), { minLength: 12, maxLength: 12 }),
  boards: fc.array(
    fc.record({ slowness: figure(3), watts: figure(1), memory: fc.integer({ min: 40, max: 400 }) }),
    { minLength: 1, maxLength: 4 },
  ),
  bytesPerMillisecond: figure(20),
  frame: figure(5),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** A chain of a graph's own cuts, with made up costs: a stage takes more than the sum of its layers where it is long. */
function chainOf(graph: Graph, { work, boards, bytesPerMillisecond, frame }: Scenario): Chain {
  const positions = cutPositions(graph);
  return {
    cuts: positions.length - 1,
    boards: boards.length,
    stage: (from, to, board) => {
      const { slowness, watts, memory } = boards[board];
      const ops = graph.ops.slice(positions[from], positions[to]);
      const bytes = ops
        .flatMap((op) => op.outputs)
        .reduce((sum, id) => sum + byteLength(graph.tensors[id]), 0);
      if (bytes > memory) return undefined;
      const layers = work.slice(positions[from], positions[to]).reduce((sum, it) => sum + it, 0);
      const milliseconds = slowness * layers * (1 + ops.length / 10);
      return { milliseconds, millijoules: watts * milliseconds };
    },
    transfer: (position, board) => {
      const milliseconds = frame + crossingBytes(graph, positions[position]) / bytesPerMillisecond;
      return { milliseconds, millijoules: (boards[board].watts + boards[board + 1].watts) * milliseconds };
    },
  };
}

/** Every way to give each cut to increasing boards. */
function* everyWay({ cuts, boards }: Chain, from = 0, least = 0): Generator<Placed[]> {
  if (from === cuts) yield [];
  for (let to = from + 1; to <= cuts; to++)
    for (let board = least; board < boards; board++)
      for (const rest of everyWay({ cuts, boards } as Chain, to, board + 1))
        yield [{ from, to, board }, ...rest];
}

/** What a partition comes to, by the definition of each objective. */
function bruteFigure(chain: Chain, stages: readonly Placed[], objective: Objective): number {
  const efforts = stages.flatMap(({ from, to, board }, i) => {
    const first = i === 0 ? board : stages[i - 1].board;
    const links = Array.from({ length: board - first }, (_, link) => chain.transfer(from, first + link));
    return [...links, chain.stage(from, to, board)];
  });
  if (efforts.includes(undefined)) return Number.POSITIVE_INFINITY;
  const milliseconds = efforts.map((it) => it!.milliseconds);
  if (objective === "throughput") return Math.max(...milliseconds);
  const parts = objective === "latency" ? milliseconds : efforts.map((it) => it!.millijoules);
  return parts.reduce((sum, it) => sum + it, 0);
}

describe("partition", () => {
  it.each(OBJECTIVES)("is the best of all, on 200 random graphs with residuals: %s", (objective) => {
    let [fitting, split, skipping] = [0, 0, 0];
    fc.assert(
      fc.property(scenario, (given) => {
        const graph = randomGraph(given.layers, given.seed);
        requireValid(graph);
        const chain = chainOf(graph, given);
        let least = Number.POSITIVE_INFINITY;
        for (const stages of everyWay(chain)) least = Math.min(least, bruteFigure(chain, stages, objective));
        const found = partition(chain, objective);
        expect(found === undefined).toBe(least === Number.POSITIVE_INFINITY);
        if (!found) return;
        expect(found.figure).toBeCloseTo(least, 8);
        expect(bruteFigure(chain, found.stages, objective)).toBeCloseTo(least, 8);
        expect(figureOf(chain, found.stages, objective)).toBeCloseTo(least, 8);
        fitting++;
        if (found.stages.length > 1) split++;
        if (found.stages.some(({ board }, i) => i > 0 && board > found.stages[i - 1].board + 1)) skipping++;
      }),
      { numRuns: 200 },
    );
    // Cases of every kind are among them.
    expect(fitting).toBeGreaterThan(100);
    expect(split).toBeGreaterThan(20);
    expect(skipping).toBeGreaterThan(0);
  });

  it("leaves a slow board in the middle unused, and pays both links", () => {
    const slowness = [1, 100, 1];
    const chain: Chain = {
      cuts: 2,
      boards: 3,
      stage: (from, to, board) => ({ milliseconds: slowness[board] * (to - from) * 10, millijoules: 1 }),
      transfer: () => ({ milliseconds: 2, millijoules: 1 }),
    };
    const found = partition(chain, "throughput");
    expect(found).toEqual({
      stages: [
        { from: 0, to: 1, board: 0 },
        { from: 1, to: 2, board: 2 },
      ],
      figure: 10,
    });
    expect(figureOf(chain, found!.stages, "latency")).toBe(10 + 2 + 2 + 10);
  });

  it("is nothing where a layer fits no board", () => {
    const effort = { milliseconds: 1, millijoules: 1 };
    const chain: Chain = {
      cuts: 3,
      boards: 2,
      stage: (from, to) => (from <= 1 && to >= 2 ? undefined : effort),
      transfer: () => effort,
    };
    expect(partition(chain, "latency")).toBeUndefined();
  });
});
