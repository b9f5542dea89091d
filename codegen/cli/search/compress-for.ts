/** The search of `xsnn compress` on a board. */
import type { ChipBoard } from "../../../boards/board.js";
import type { Compiled } from "../../compile.js";
import type { Budget } from "../../compress/search/budget.js";
import { type Compressed, compress } from "../../compress/search/compress.js";
import type { Vary } from "../../compress/train/batches.js";
import { report } from "../../emit/report.js";
import type { Graph } from "../../graph/graph.js";
import { countOnBoard } from "../counted.js";
import type { Dataset } from "../data/dataset.js";
import { boardPlan, type OnBoard } from "../on-board.js";
import type { OnProgress } from "../progress.js";
import { boundOn, compileQuantized, costOf } from "../quantize/cost.js";
import { outputFor } from "../quantize/output.js";
import type { Checkpoints } from "./checkpoints.js";

export interface Flags {
  readonly budget: Budget;
  readonly maxDrop: number;
  readonly epochs: number;
  readonly rate?: number;
  readonly alpha?: number;
  readonly tries: number;
  readonly seed: number;
}

export interface Job {
  readonly graph: Graph;
  readonly student?: Graph;
  readonly training: Dataset;
  /** Makes others of the samples while networks are trained. */
  readonly vary?: Vary;
  readonly evaluation: Dataset;
  readonly board: ChipBoard;
  /** Where instructions are counted; undefined where they are predicted only. */
  readonly onBoard: OnBoard | undefined;
  /** The name of compiled modules. */
  readonly module: string;
  /** Where what was reached is kept on the way. */
  readonly checkpoints?: Checkpoints | undefined;
  readonly interrupted?: AbortSignal | undefined;
}

export function compressFor(job: Job, flags: Flags, onProgress: OnProgress): Promise<Compressed> {
  const { graph, student, training, vary, evaluation, board, onBoard, module, checkpoints } = job;
  const { budget, maxDrop, tries, epochs, seed, rate, alpha } = flags;
  const compiled = new WeakMap<Graph, Promise<Compiled>>();
  const compile = (quantized: Graph) => {
    const known = compiled.get(quantized) ?? compileQuantized(quantized, module, board);
    compiled.set(quantized, known); // what is priced is counted next
    return known;
  };
  const { samples } = evaluation;
  const count = async (quantized: Graph, outputs: readonly Float32Array[]) => {
    const { artifact, plan } = await compile(quantized);
    const target = { artifact, report: report(plan, module) };
    return (await countOnBoard(target, onBoard!, quantized, samples.slice(0, 1), outputs)).instructions;
  };
  return compress(
    graph,
    { training, evaluation },
    {
      budget,
      maxDrop,
      tries,
      ...(student && { student }),
      training: {
        ...{ epochs, seed },
        ...(rate !== undefined && { learningRate: rate }),
        ...(alpha !== undefined && { alpha }),
        ...(vary && { vary }),
      },
      plan: boardPlan({ board }),
      bound: (quantized) => boundOn(quantized, board),
      price: async (quantized) => costOf(await compile(quantized), samples, board),
      ...(onBoard && { count }),
      onProgress: async (what, done, total) => {
        onProgress({ what, done, total });
        await new Promise(setImmediate); // or nobody would hear Ctrl-C
        if (!checkpoints) job.interrupted?.throwIfAborted();
      },
      ...(checkpoints && { follower: (recipe) => checkpoints.follower(recipe, job.interrupted) }),
    },
  );
}

/** Writes what was found as a model file or as an artifact. */
export async function writeFound(
  { tried }: NonNullable<Compressed["found"]>,
  { module, board }: Job,
  path: string,
): Promise<void> {
  const { graph } = tried.quantized;
  await outputFor(path, graph, await compileQuantized(graph, module, board)).write();
}
