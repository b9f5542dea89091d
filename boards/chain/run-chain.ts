/** Runs the stages of a split model on boards that are joined to a chain. */
import { mkdtemp, rm } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RuntimeSources } from "../../codegen/emit/runtime-files.js";
import { refuse } from "../../codegen/problems/problem.js";
import type { StageLayout } from "../../runtime/pipeline/layout.js";
import type { Artifact, Engine, Job, LayerCounters, Machine, Report } from "../engine.js";
import type { LinkSettings } from "../guest/stage-driver.js";
import { listen } from "../wire.js";
import { type BoardUse, Hub, type HubOptions, type Output } from "./hub.js";
import { stageDriver, withPipeline } from "./stage-job.js";

export interface ChainStage {
  readonly engine: Engine;
  readonly artifact: Artifact;
  /** The model's module. */
  readonly module: string;
  readonly layout: StageLayout;
  readonly machine?: Machine;
  readonly isMod?: boolean;
  /** Milliseconds that an instruction takes on the board; 0 for an engine that counts none. */
  readonly millisecondsPerInstruction: number;
}

export interface ChainJob extends Pick<HubOptions, "lines" | "seed" | "inputs"> {
  /** In order; there is a line less. */
  readonly stages: readonly ChainStage[];
  /** From each board to the next. */
  readonly links: readonly LinkSettings[];
  /** The runtime, which boards take their links from. */
  readonly sources: RuntimeSources;
  readonly stepSeconds?: number;
  readonly onProgress?: NonNullable<Job["onProgress"]>;
}

export interface ChainReport {
  /** One an input, in order. */
  readonly outputs: readonly Output[];
  readonly stages: readonly (BoardUse & {
    /** Instructions of the network by layer, over all inferences; absent where they are not counted. */
    readonly layers?: readonly LayerCounters[];
    readonly report: Report;
  })[];
}

/** @throws Refusal `chain-failed` where a stage ends, and what engines refuse */
export async function runChain(job: ChainJob): Promise<ChainReport> {
  const { stages, sources, inputs, seed, lines, links, stepSeconds, onProgress } = job;
  const hub = new Hub({
    millisecondsPerInstruction: stages.map((stage) => stage.millisecondsPerInstruction),
    lines,
    seed,
    inputs,
  });
  const folder = await mkdtemp(join(tmpdir(), "xsnn-chain-"));
  const sockets = new Set<Socket>();
  const ports = await Promise.all(stages.map((_, i) => listen(join(folder, `${i}`), sockets)));
  try {
    for (const [i, { connected }] of ports.entries()) void connected.then((socket) => hub.connect(i, socket));
    const run = async ({ engine, artifact, module, layout, machine, isMod }: ChainStage, i: number) =>
      engine.run({
        artifact: withPipeline(artifact, layout, sources),
        module,
        driver: await stageDriver(module, {
          layout,
          up: links[i - 1],
          down: links[i],
          seed: 1000 * seed + 100 * i + 1,
        }),
        // What a board did in all is one step.
        vectors: [[new Uint8Array(0)]],
        uart: join(folder, `${i}`),
        ...(machine && { machine }),
        ...(isMod && { isMod }),
        ...(stepSeconds && { stepSeconds }),
        ...(onProgress && i === 0 && { onProgress }),
      });
    const runs = stages.map(run);
    const reports = await Promise.all(runs).catch(async (error) => {
      hub.stop();
      await Promise.allSettled(runs);
      throw error;
    });
    const failure = await hub.done;
    if (failure !== undefined) refuse("chain-failed", { why: failure });
    const uses = hub.uses();
    return {
      outputs: hub.outputs,
      stages: reports.map((report, i) => {
        const { layers } = report.vectors[0];
        return { ...uses[i], report, ...(layers && { layers }) };
      }),
    };
  } finally {
    for (const socket of sockets) socket.destroy();
    for (const { server } of ports) server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
