/** Measures a float model in several number formats: accuracy here, flash, memory and instructions on a board. */
import type { FormatRow, ModelFormats } from "../../bench/formats/table.js";
import type { Sample } from "../../compress/quantize/calibrate.js";
import { QuantizedModel } from "../../compress/quantize/execute.js";
import { type QuantizeOptions, quantize } from "../../compress/quantize/quantize.js";
import { evaluate, outputsOf } from "../../compress/report/evaluate.js";
import { parameterCount } from "../../compress/search/report.js";
import { report } from "../../emit/report.js";
import { FloatModel } from "../../float/execute.js";
import type { Graph } from "../../graph/graph.js";
import { runFloatPasses } from "../../passes/float/index.js";
import { countOnBoard } from "../counted.js";
import type { OnBoard } from "../on-board.js";
import type { OnProgress } from "../progress.js";
import { compileQuantized } from "../quantize/cost.js";

/** A format by the name that the table has for it. */
export interface Format {
  readonly name: string;
  readonly options: QuantizeOptions;
}

/** Samples of a model with one input, and which output should be highest. */
export interface LabelledSamples {
  readonly samples: readonly Sample[];
  readonly labels: readonly number[];
}

export interface FormatsJob {
  readonly model: string;
  /** A float graph. */
  readonly graph: Graph;
  readonly calibration: readonly Sample[];
  readonly holdout: LabelledSamples;
  /** How many held-out samples run on the board, from the first on. */
  readonly ran: number;
  readonly formats: readonly Format[];
  readonly onBoard: OnBoard;
  readonly onProgress: OnProgress;
}

/** @throws Refusal `bench-wrong-output` where the board computes something else than accuracy was measured of */
export async function measureFormats(job: FormatsJob): Promise<ModelFormats> {
  const { model, calibration, holdout, ran, formats, onBoard, onProgress } = job;
  const { samples, labels } = holdout;
  const float = runFloatPasses(job.graph);
  const progress = (what: string) => (done: number) => onProgress({ what, done, total: samples.length });
  const wanted = outputsOf(new FloatModel(float), samples, progress("float32"));
  const rows: FormatRow[] = [{ format: "float32", right: evaluate(wanted, wanted, labels).right! }];
  let macs = 0;
  for (const { name, options } of formats) {
    const made = quantize(float, calibration, options);
    const outputs = outputsOf(new QuantizedModel(made.graph), samples, progress(name));
    const compiled = await compileQuantized(made.graph, model, onBoard.board);
    const target = { artifact: compiled.artifact, report: report(compiled.plan, compiled.module) };
    const counted = await countOnBoard(target, onBoard, made.graph, samples.slice(0, ran), outputs);
    rows.push({ format: name, right: evaluate(outputs, wanted, labels).right!, counted });
    macs = target.report.macs;
  }
  const parameters = parameterCount(float);
  return { model, macs, parameters, evaluated: samples.length, calibration: calibration.length, ran, rows };
}
