/** `xsnn run` on a split model: a board a stage, joined as split.json says. */
import { FAULTLESS, type Faults, type LineOptions } from "../../../boards/chain/line.js";
import {
  type ChainJob,
  type ChainReport,
  type ChainStage,
  runChain,
} from "../../../boards/chain/run-chain.js";
import type { Engine, Job, VectorReport } from "../../../boards/engine.js";
import { exactly } from "../../../boards/figure.js";
import type { LinkSettings } from "../../../boards/guest/stage-driver.js";
import { machineOf, requireRoom } from "../../../boards/machine.js";
import { predict } from "../../../boards/predict.js";
import { refuse } from "../../problems/problem.js";
import type { Cli } from "../cli.js";
import type { NamedVector } from "../inputs/read-inputs.js";
import { openBoard } from "../on-board.js";
import { runtimeSources } from "../runtime-sources.js";
import { packed, unpacked } from "./messages.js";
import type { SplitFolder, SplitLink } from "./split-folder.js";

export interface SplitOptions {
  /** In the place of the boards' own. */
  readonly engine?: Engine;
  /** Faults of the lines follow from it; none if not given. */
  readonly faults?: number;
  readonly onProgress?: NonNullable<Job["onProgress"]>;
}

export interface SplitRun {
  readonly split: SplitFolder;
  readonly engines: readonly string[];
  readonly vectors: readonly VectorReport[];
  readonly inferences: number;
  readonly stages: readonly StageUse[];
  /** From one output to the next once all boards are at work; absent where too few inferences ran to tell, or nothing is counted. */
  readonly intervalMilliseconds?: number;
  /** From the start to the first output; absent where nothing is counted. */
  readonly latencyMilliseconds?: number;
}

/** Of one inference: the mean. */
export interface StageUse {
  readonly board: string;
  /** Those of the layers; absent, as are the next two, where they are not counted. */
  readonly instructions?: number;
  /** Those of the stage and its links, and of looking whether there is something to do. */
  readonly otherInstructions?: number;
  /** That the layers take. */
  readonly milliseconds?: number;
  readonly sentBytes: number;
}

/** One write in twenty is lost, doubled, late, altered or cut. */
const FAULTS: Faults = { loss: 0.05, duplication: 0.05, reordering: 0.05, corruption: 0.05, cut: 0.05 };

/** @throws Refusal `board-too-small`, `chain-failed`, `arguments` or what engines refuse */
export async function runSplit(
  cli: Cli,
  split: SplitFolder,
  vectors: readonly NamedVector[],
  options: SplitOptions,
): Promise<SplitRun> {
  const job = await chainJob(cli, split, options);
  const boards = job.stages;
  const isStateful = split.stages.some(({ report }) => report.variables.length > 0);
  const steps = vectors.map((it) => it.steps);
  // State begins anew with each vector: so do the boards.
  const parts = isStateful ? steps : [steps.flat()];
  const { layout: first } = split.stages[0];
  const { layout: last } = split.stages[split.stages.length - 1];
  const reports: ChainReport[] = [];
  for (const part of parts)
    reports.push(await runChain({ ...job, inputs: part.map((bytes) => packed(first.incoming, bytes)) }));
  const outputs = reports.flatMap((report) =>
    report.outputs.map(({ bytes }) => unpacked(last.outgoing, bytes)),
  );
  const inferences = outputs.length;
  const starts = steps.map((_, i) => steps.slice(0, i).flat().length);
  const isCounted = boards.every(({ millisecondsPerInstruction }) => millisecondsPerInstruction > 0);
  const interval = isCounted ? intervalOf(reports[0], boards.length) : undefined;
  return {
    split,
    engines: boards.map(({ engine }) => engine.name),
    vectors: steps.map(({ length }, i) => ({
      outputs: outputs.slice(starts[i], starts[i] + length),
      trace: new Map(),
    })),
    inferences,
    stages: boards.map((board, i) => useOf(split.stages[i].board, board, reports, i, inferences)),
    ...(interval !== undefined && { intervalMilliseconds: interval }),
    ...(isCounted && { latencyMilliseconds: reports[0].outputs[0].milliseconds }),
  };
}

/** What runs the stages of a split, but for what they are given. */
export async function chainJob(
  cli: Cli,
  split: SplitFolder,
  { engine, faults, onProgress }: SplitOptions,
): Promise<Omit<ChainJob, "inputs">> {
  return {
    stages: await Promise.all(split.stages.map((stage) => chainStage(cli, stage, engine))),
    sources: await runtimeSources(),
    seed: faults ?? 1,
    links: split.stages.slice(1).map((_, i) => settingsOf(crossedBy(split, i))),
    lines: linesOf(split, faults === undefined ? FAULTLESS : FAULTS),
    ...(onProgress && { onProgress }),
  };
}

async function chainStage(
  cli: Cli,
  stage: SplitFolder["stages"][number],
  engine: Engine | undefined,
): Promise<ChainStage> {
  const { artifact, report, layout, creation } = stage;
  const common = {
    artifact,
    module: report.module,
    layout,
    ...(report.resident !== undefined && { isMod: true }),
  };
  if (engine) return { ...common, engine, millisecondsPerInstruction: 0 };
  const { board, engine: emulator, selection } = await openBoard(cli, stage.board);
  if (board.kind === "host") return refuse("board-is-host", { board: board.name });
  requireRoom(creation, board);
  const isa = selection.isa ?? "rv32imc";
  const million = predict({ count: exactly(1e6), isa, basis: "counted" }, board).milliseconds.value;
  return {
    ...common,
    engine: emulator,
    machine: machineOf(creation),
    millisecondsPerInstruction: million / 1e6,
  };
}

/** Boards without a stage pass on what comes: as one line, as fast as the slowest. */
function linesOf(split: SplitFolder, faults: Faults): LineOptions[] {
  return split.stages.slice(1).map((_, i) => {
    const crossed = crossedBy(split, i);
    const lines = crossed.map(lineOf);
    return {
      bytesPerMs: Math.min(...lines.map((it) => it.bytesPerMs)),
      delay: lines.reduce((sum, it) => sum + it.delay, 0),
      queueBytes: Math.min(...crossed.map((it) => it.queueBytes)),
      faults,
    };
  });
}

/** The links from a stage to the next. */
function crossedBy({ stages, links }: SplitFolder, stage: number): readonly SplitLink[] {
  return links.slice(stages[stage].boardIndex, stages[stage + 1].boardIndex);
}

/** Of links that are one behind the other, what all of them can do. */
function settingsOf(links: readonly SplitLink[]): LinkSettings {
  const least = (figure: (of: SplitLink) => number) => Math.min(...links.map(figure));
  return {
    payloadBytes: least((it) => it.payloadBytes),
    window: least((it) => it.window),
    inbox: least((it) => it.inbox),
    outbox: least((it) => it.outbox),
    retry: links.reduce((sum, { retry }) => sum + retry, 0),
  };
}

function lineOf(link: SplitLink): Pick<LineOptions, "bytesPerMs" | "delay"> {
  return link.kind === "uart"
    ? { bytesPerMs: link.baud / 10_000, delay: 0.1 }
    : { bytesPerMs: link.bitsPerSecond / 8000, delay: 1 };
}

function intervalOf({ outputs }: ChainReport, stages: number): number | undefined {
  const first = stages - 1;
  const last = outputs.length - 1;
  if (last - first < 2 || outputs[last].milliseconds === 0) return undefined;
  return (outputs[last].milliseconds - outputs[first].milliseconds) / (last - first);
}

function useOf(
  board: string,
  { millisecondsPerInstruction }: ChainStage,
  reports: readonly ChainReport[],
  i: number,
  inferences: number,
): StageUse {
  const uses = reports.map(({ stages }) => stages[i]);
  const mean = (figure: (use: (typeof uses)[number]) => number) =>
    Math.round(uses.reduce((sum, use) => sum + figure(use), 0) / inferences);
  const sentBytes = mean(({ sentDown, sentUp }) => sentDown + sentUp);
  if (millisecondsPerInstruction === 0) return { board, sentBytes };
  const instructions = mean(({ layers = [] }) => layers.reduce((sum, it) => sum + it.instructions, 0));
  return {
    board,
    sentBytes,
    instructions,
    otherInstructions: mean((it) => it.instructions) - instructions,
    milliseconds: instructions * millisecondsPerInstruction,
  };
}
