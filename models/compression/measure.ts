/** Makes and measures the rows of one model. */
import { deflateSync } from "fflate";
import type { ChipBoard } from "../../boards/board.js";
import { mixingInstructions } from "../../codegen/bench/compression/mixing.js";
import type { CompressionRow, ModelCompression } from "../../codegen/bench/compression/table.js";
import type { LabelledSamples } from "../../codegen/cli/bench/formats.js";
import { clusterModel } from "../../codegen/cli/cluster/cluster-model.js";
import { countOnBoard } from "../../codegen/cli/counted.js";
import { boardPlan, type OnBoard } from "../../codegen/cli/on-board.js";
import type { OnProgress } from "../../codegen/cli/progress.js";
import { compileQuantized } from "../../codegen/cli/quantize/cost.js";
import { compressFor } from "../../codegen/cli/search/compress-for.js";
import { QuantizedModel } from "../../codegen/compress/quantize/execute.js";
import { quantize } from "../../codegen/compress/quantize/quantize.js";
import { evaluate, outputsOf } from "../../codegen/compress/report/evaluate.js";
import { Candidate } from "../../codegen/compress/search/candidate.js";
import { isFarFromTrained, ofWhole, type Recipe, recipeText } from "../../codegen/compress/search/recipe.js";
import { nonZeroWeights, parameterCount } from "../../codegen/compress/search/report.js";
import { modelTeacher } from "../../codegen/compress/train/teacher.js";
import { report } from "../../codegen/emit/report.js";
import { FloatModel } from "../../codegen/float/execute.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { varySample } from "../support/variation.js";
import type { KeptRows, MeasuredRow } from "./kept.js";
import type { Row, Training } from "./rows.js";

export interface Job {
  readonly model: string;
  /** Float, after its passes. */
  readonly graph: Graph;
  readonly training: LabelledSamples;
  /** Held out, for `compress` to choose by. */
  readonly choosing: LabelledSamples;
  /** Held out, to measure on. */
  readonly holdout: LabelledSamples;
  readonly rows: readonly Row[];
  readonly how: Training;
  readonly onBoard: OnBoard;
  readonly board: ChipBoard;
  readonly onProgress: OnProgress;
  /** Where rows are kept; undefined where they are not. */
  readonly kept: KeptRows | undefined;
  /** Told of each row once it is measured. */
  readonly onRow: (row: CompressionRow) => void;
}

/** Samples that activations are calibrated with. */
const CALIBRATION = 128;
const SEED = 1;
/** How many models `compress` trains at most: budgets let one recipe pass that is worth hours. */
const TRIES = 1;

export async function measureCompression(job: Job): Promise<ModelCompression> {
  const { model, graph, holdout, choosing, training, how, kept } = job;
  const { samples, labels } = holdout;
  const wanted = outputsOf(new FloatModel(graph), samples);
  const rows: MeasuredRow[] = [];
  for (const row of job.rows) {
    const make = () => measure(job, row, wanted);
    const made = { row, settings: settingsOf(row, how, choosing.samples.length), evaluated: samples.length };
    const measured = await (kept?.row(`${model} ${row.name}`, made, make) ?? make());
    job.onRow(measured);
    rows.push(measured);
  }
  return {
    model,
    macs: rows[0].macs,
    parameters: parameterCount(graph),
    evaluated: samples.length,
    trained: training.samples.length,
    floatRight: evaluate(wanted, wanted, labels).right!,
    rows,
  };
}

/**
 * What of a model's training a row follows from.
 *
 * @param choosing how many samples `compress` chooses by
 */
function settingsOf(row: Row, how: Training, choosing: number): object {
  if (row.kind === "compress") return { ...how.compress, choosing };
  return row.kind === "recipe" ? learningOf(row.recipe, how) : {};
}

/** How what a recipe makes of a model is trained. */
function learningOf(recipe: Recipe, { epochs, learningRate, variation, farFromTrained }: Training) {
  return { epochs, learningRate, variation, ...(isFarFromTrained(recipe) && farFromTrained) };
}

/** @param wanted the float model's outputs */
async function measure(job: Job, row: Row, wanted: readonly Float32Array[]): Promise<MeasuredRow> {
  const { model, holdout, board, onBoard } = job;
  const { samples, labels } = holdout;
  const { name, graph } = await rowOf(job, row);
  job.onProgress({ what: `${model}: measuring ${name}`, done: 0, total: 1 });
  const outputs = outputsOf(new QuantizedModel(graph), samples);
  const { artifact, plan, module } = await compileQuantized(graph, model, board);
  const target = { artifact, report: report(plan, module) };
  const { layers, ...counted } = await countOnBoard(target, onBoard, graph, samples.slice(0, 1), outputs);
  return {
    name,
    right: evaluate(outputs, wanted, labels).right!,
    nonZero: nonZeroWeights(graph),
    parameterBytes: parameterBytes(graph),
    counted,
    mixing: row.kind === "compress" ? undefined : mixingInstructions(plan, layers),
    macs: target.report.macs,
  };
}

/** The quantized model of a row; what `compress` found is told in its name. */
async function rowOf(
  { model, graph, training, choosing, how, board, onProgress }: Job,
  row: Row,
): Promise<{ readonly name: string; readonly graph: Graph }> {
  const { name } = row;
  const calibration = training.samples.slice(0, CALIBRATION);
  if (row.kind === "cluster") {
    const options = { bits: row.bits, symmetric: true, method: "optimal", seed: SEED } as const;
    return { name, graph: clusterModel(quantize(graph, calibration).graph, options) };
  }
  if (row.kind === "compress") {
    const { student, variation, budget, maxDrop, epochs, learningRate: rate, alpha } = how.compress;
    const job = {
      graph,
      student: await student(),
      training,
      vary: varySample(variation),
      evaluation: choosing,
    };
    const flags = { budget, maxDrop, epochs, rate, alpha, tries: TRIES, seed: SEED };
    const { found, steps } = await compressFor(
      { ...job, board, onBoard: undefined, module: model },
      flags,
      onProgress,
    );
    const tried = steps.filter((step) => step.tried);
    // Where none holds the drop, the most accurate of those that were trained shows how near it came.
    const best = found ?? tried.reduce((a, b) => (b.tried!.drop < a.tried!.drop ? b : a));
    return { name: `${name}: ${recipeText(best.recipe)}`, graph: best.tried!.quantized.graph };
  }
  const recipe = row.ofWhole ? ofWhole(graph, row.recipe) : row.recipe;
  const { variation, ...learning } = learningOf(recipe, how);
  const vary = variation && varySample(variation);
  const made = await new Candidate(graph, recipe, calibration, boardPlan({ board })).make(
    training,
    { ...learning, seed: SEED, teacher: modelTeacher(graph), ...(vary && { vary }) },
    {
      onStep: async ({ step, steps }) => onProgress({ what: `${model}: ${name}`, done: step, total: steps }),
    },
  );
  return { name, graph: made.quantized.graph };
}

/** Weights and biases as a model file has them, deflated. */
function parameterBytes({ tensors }: Graph): number {
  const constants = tensors.flatMap(({ data, quantization }) => (data && quantization ? [data] : []));
  return deflateSync(Buffer.concat(constants), { level: 9 }).length;
}
