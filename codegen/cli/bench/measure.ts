/** Measures models on boards. */
import type { Counters, Job } from "../../../boards/engine.js";
import type { Prediction } from "../../../boards/predict.js";
import { formOf, layerCosts, type Measurement } from "../../bench/measurement.js";
import type { Report } from "../../emit/report.js";
import type { PlanOptions } from "../../plan/options.js";
import { type Problem, Refusal } from "../../problems/problem.js";
import { randomVectors } from "../inputs/random.js";
import { edges } from "../inputs/tensor.js";
import type { Io } from "../io.js";
import { boardMachine, boardPlan, type OnBoard, predicted } from "../on-board.js";
import { withProgress } from "../progress.js";
import type { Target } from "../target.js";
import { type BenchModel, openModel } from "./suite.js";

export interface Measured {
  readonly measurement: Measurement;
  readonly report: Report;
  readonly onBoard: OnBoard;
  /** Absent on this computer. */
  readonly prediction?: Prediction;
}

/** A model that does not run there. */
export interface Failed {
  readonly model: string;
  readonly board: string;
  readonly problems: readonly Problem[];
}

export interface Measurements {
  /** By model, then by board. */
  readonly measured: readonly Measured[];
  readonly failed: readonly Failed[];
}

/** Every model on every board. */
export async function measureAll(
  io: Io,
  models: readonly BenchModel[],
  boards: readonly OnBoard[],
  options: PlanOptions,
): Promise<Measurements> {
  const measured: Measured[] = [];
  const failed: Failed[] = [];
  for (const model of models)
    for (const onBoard of boards)
      try {
        const target = await openModel(model, { ...boardPlan(onBoard), ...options });
        measured.push(
          await withProgress(io, (onProgress) => measure(model.name, target, onBoard, onProgress)),
        );
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        failed.push({ model: model.name, board: onBoard.board.name, problems: error.problems });
      }
  return { measured, failed };
}

/** Values say little about cost, but a count is only repeatable on the same ones. */
const VECTOR = { count: 1, steps: 1, seed: 1 };

/** One inference from the initial state, on random input that is always the same. */
async function measure(
  name: string,
  target: Target,
  onBoard: OnBoard,
  onProgress: NonNullable<Job["onProgress"]>,
): Promise<Measured> {
  const { board, engine, selection } = onBoard;
  const { artifact, report } = target;
  const machine = boardMachine(onBoard, target)?.machine;
  const vectors = randomVectors(edges(report, report.inputs), VECTOR).map(({ steps }) => steps);
  const job: Job = { artifact, module: report.module, vectors, ...(machine && { machine }), onProgress };
  const { counters } = await engine.run(job);
  const { standInFor, isa } = selection;
  const prediction = predicted(onBoard, counters.instructions);
  return {
    measurement: {
      model: name,
      board: board.name,
      engine: engine.name,
      form: formOf(report),
      ...(standInFor !== undefined && { standInFor }),
      ...(isa !== undefined && { isa }),
      macs: report.macs,
      ...figuresOf(counters),
      ...(counters.layers && { layers: layerCosts(report, counters.layers, VECTOR.count) }),
    },
    report,
    onBoard,
    ...(prediction && { prediction }),
  };
}

function figuresOf({ instructions, heap, flash }: Counters): Partial<Measurement> {
  return {
    ...(instructions !== undefined && { instructions }),
    ...(heap && {
      ramBytes: heap.liveChunkBytes + heap.slotBytes * (heap.liveSlots + heap.peakStackSlots),
    }),
    ...(flash && { flashBytes: flash.bytecodeBytes + flash.modelFrozenBytes + flash.constantBytes }),
  };
}
