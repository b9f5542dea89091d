import { expect, it } from "vitest";
import { boardByName, type ChipBoard } from "../../boards/board.js";
import { stageBoard } from "../../boards/stage.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { type Plan, plan } from "../../codegen/plan/plan.js";
import { formatAll } from "../../codegen/problems/format.js";
import { stageBuffers } from "../../codegen/split/buffers.js";
import { crossing, crossingBytes, cutPositions } from "../../codegen/split/cuts.js";
import {
  POLL_INSTRUCTIONS,
  parseLink,
  receiveInstructions,
  sendInstructions,
  transferMilliseconds,
} from "../../codegen/split/link.js";
import type { Objective } from "../../codegen/split/partition.js";
import { split } from "../../codegen/split/split.js";
import { FIGURES } from "../../codegen/split/split-plan.js";
import type { StageBoard } from "../../codegen/split/stage-board.js";
import { stageGraph } from "../../codegen/split/stage-graph.js";
import { describeGolden, goldenFile } from "../golden/golden.js";
import { problemsOf } from "../support/problems.js";

const uart = parseLink("uart:3000000");

const c3 = (await boardByName("esp32-c3")) as ChipBoard;
const s3 = (await boardByName("esp32-s3")) as ChipBoard;

function graphOf(name: string): Graph {
  return runPasses(importModel(goldenFile(name), `${name}.tflite`));
}

/** A board with less of one memory than the chip has. */
function less(board: ChipBoard, { heap, flash }: { heap?: number; flash?: number }): ChipBoard {
  const free = heap ? heap + board.memory.systemBytes.value : board.memory.freeBytes.value;
  const app = flash ? flash + board.flash.firmwareBytes.value : board.flash.appBytes.value;
  return {
    ...board,
    name: "small",
    memory: {
      ...board.memory,
      freeBytes: { ...board.memory.freeBytes, value: free },
      freeWifiBytes: null,
    },
    flash: { ...board.flash, appBytes: { ...board.flash.appBytes, value: app } },
  };
}

/** The least figure of all splits, each stage planned by itself. */
function least(graph: Graph, boards: readonly StageBoard[], objective: Objective): number {
  const positions = cutPositions(graph);
  const known = new Map<string, Plan>();
  const bytes = (position: number) => crossingBytes(graph, position);
  const milliseconds = (first: number, end: number, at: number) => {
    const board = boards[at];
    const [receives, sends] = [first > 0, end < graph.ops.length];
    const key = `${first} ${end} ${board.name}`;
    const planned = known.get(key) ?? plan(stageGraph(graph, first, end), board.options);
    known.set(key, planned);
    const isLinked = [receives && at > 0, sends && at < boards.length - 1];
    const [from, to] = [first, end].map((position, i) =>
      isLinked[i] ? { link: uart, bytes: bytes(position) } : undefined,
    );
    const { short, instructions } = board.place(planned, stageBuffers(from, to, boards.length - 1 - at));
    const received = from ? receiveInstructions(uart, from.bytes) : 0;
    const sent = to ? sendInstructions(uart, to.bytes) : 0;
    const tiles = planned.layers.reduce((sum, layer) => sum + layer.tiles, 0);
    const polls = from || to ? POLL_INSTRUCTIONS * tiles : 0;
    const all = instructions + received + sent + polls;
    return short.length > 0 ? Number.POSITIVE_INFINITY : board.milliseconds(all);
  };
  const combine = (a: number, b: number) => (objective === "throughput" ? Math.max(a, b) : a + b);
  const rest = (at: number, before: number | undefined): number => {
    if (at === positions.length - 1) return 0;
    let best = Number.POSITIVE_INFINITY;
    for (let to = at + 1; to < positions.length; to++)
      for (let board = (before ?? -1) + 1; board < boards.length; board++) {
        const isEnergy = objective === "energy";
        let figure = milliseconds(positions[at], positions[to], board) * (isEnergy ? boards[board].watts : 1);
        for (let link = before ?? board; link < board; link++) {
          const sent = transferMilliseconds(uart, bytes(positions[at]));
          figure = combine(figure, sent * (isEnergy ? boards[link].watts + boards[link + 1].watts : 1));
        }
        best = Math.min(best, combine(figure, rest(to, board)));
      }
    return best;
  };
  return rest(0, undefined);
}

describeGolden("a split over boards", () => {
  const rolled = { forms: [] };
  const same = stageBoard(c3, rolled);
  const rows: readonly [string, readonly StageBoard[]][] = [
    ["two alike", [same, same]],
    ["three alike", [same, same, same]],
    ["an S3 between two C3", [same, stageBoard(s3, rolled), same]],
  ];
  const cases = ["kws_ref_int8", "magic_wand_int8"].flatMap((name) =>
    rows.flatMap(([title, boards]) =>
      (["latency", "throughput", "energy"] as const).map((objective) => ({ name, title, boards, objective })),
    ),
  );

  it.each(cases)("is within 2 % of the best, $name, $title: $objective", ({ name, boards, objective }) => {
    const graph = graphOf(name);
    const links = boards.slice(1).map(() => uart);
    const found = split(graph, boards, links, objective);
    const best = least(graph, boards, objective);
    expect(FIGURES[objective](found)).toBeGreaterThanOrEqual(best * (1 - 1e-9));
    expect(FIGURES[objective](found)).toBeLessThanOrEqual(best * 1.02);
  });

  it("says who computes and sends what", () => {
    const graph = graphOf("kws_ref_int8");
    const { stages, intervalMilliseconds, latencyMilliseconds } = split(
      graph,
      [same, same, same],
      [uart, uart],
      "throughput",
    );
    expect(stages.map(({ boardIndex }) => boardIndex)).toEqual([0, 1, 2]);
    expect(stages.flatMap(({ layers }) => layers)).toEqual(graph.ops.map(({ name }) => name));
    expect(stages.map(({ bytesSent }) => bytesSent)).toEqual([8000, 8000, 0]);
    expect(stages.map((it) => it.transferMilliseconds)).toEqual(
      [8000, 8000, 0].map((bytes) => expect.closeTo((10 * (bytes + 48 * Math.ceil(bytes / 4096))) / 3000, 9)),
    );
    const busy = stages.map((it) => it.computeMilliseconds);
    expect(intervalMilliseconds).toBe(Math.max(...busy));
    expect(stages.map((it) => it.idleMilliseconds)).toEqual(busy.map((it) => intervalMilliseconds - it));
    expect(latencyMilliseconds).toBeGreaterThan(busy.reduce((sum, it) => sum + it, 0));
    for (const [i, { first, end, planned }] of stages.entries()) {
      expect(planned.graph.inputs).toEqual(crossing(graph, first));
      expect(planned.graph.outputs).toEqual(crossing(graph, end));
      expect(first).toBe(i === 0 ? 0 : stages[i - 1].end);
    }
  });

  it("takes one board for latency where that has room, and several where it has not", () => {
    const graph = graphOf("kws_ref_int8");
    expect(split(graph, [same, same], [uart], "latency").stages).toHaveLength(1);
    const whole = same.place(plan(graph, same.options), stageBuffers(undefined, undefined, 0));
    const small = stageBoard(less(c3, { flash: Math.floor(0.8 * whole.flashBytes) }), rolled);
    const { stages } = split(graph, [small, small], [uart], "latency");
    expect(stages).toHaveLength(2);
    for (const { flashBytes } of stages) expect(flashBytes).toBeLessThanOrEqual(0.8 * whole.flashBytes);
  });

  it("refuses where a stage is too large for every board", () => {
    const small = stageBoard(less(c3, { heap: 20_000 }), rolled);
    const problems = problemsOf(() => {
      split(graphOf("kws_ref_int8"), [small, small], [uart], "throughput");
      return [];
    });
    expect(problems.map(({ code }) => code)).toEqual(["split-too-large"]);
    expect(formatAll(problems)[0]).toMatch(/needs \d+ bytes of heap, and small has 20000/);
  });

  it("refuses another number of links than there are between boards", () => {
    const problems = problemsOf(() => {
      split(graphOf("magic_wand_int8"), [same, same], [], "latency");
      return [];
    });
    expect(formatAll(problems)[0]).toContain("2 boards in a row have 1 links between them, and 0 are given");
  });
});
