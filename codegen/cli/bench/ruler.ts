/** Measures the ruler: models on golden vectors, in a machine of a fixed size. */
import type { Counters, Engine, Job, Report as RunReport } from "../../../boards/engine.js";
import { formOf, layerCosts } from "../../bench/measurement.js";
import type { Reference } from "../../bench/reference.js";
import { type RulerLayer, type RulerRow, worst } from "../../bench/ruler/row.js";
import type { Report } from "../../emit/report.js";
import { type Creation, FAMILY_DEFAULTS, SLOT_BYTES } from "../../plan/creation.js";
import type { PlanOptions } from "../../plan/options.js";
import { refuse } from "../../problems/problem.js";
import type { Target } from "../target.js";
import { type GoldenVector, goldenVectors } from "./golden-vectors.js";
import { type BenchModel, openModel } from "./suite.js";

/** The models and variants of the table. */
export const rulerModels: readonly string[] = [
  "hello_world_int8",
  "ad01_int8",
  "kws_ref_int8",
  "micro_speech_int8",
  "magic_wand_int8",
  "person_detect_int8",
  "resnet8_int8",
  "kws_ref_int8:zeros75",
  "kws_ref_int8:int4",
  "kws_ref_int8:ternary",
  "resnet8_int8:zeros75",
];

/** Chunks; more for models whose arena alone has 48 KB or more. */
const CHUNK_BYTES = 96 * 1024;
const LARGE_CHUNK_BYTES = 128 * 1024;
const LARGE_MODELS = ["person_detect_int8", "resnet8_int8"];

/** The most flash that a model may take. */
const FLASH_BYTES = 2e6;

/** As most of Moddable's ESP32 targets have; the C3's has fewer, which generated kernels may overflow. */
const STACK_SLOTS = FAMILY_DEFAULTS.esp32.stack;

/** Bytes that XS puts before the chunks of a heap: txBlock on a 32-bit chip. */
const BLOCK_HEADER = 16;

/** A machine of `creation`'s kind whose block has that many bytes of chunks, from the start. */
function machineWith(chunkBytes: number, { chunk, heap, stack }: Creation) {
  const slots = heap.initial;
  const stackSlots = Math.max(stack, STACK_SLOTS);
  const bytes = chunkBytes + (slots + stackSlots) * SLOT_BYTES;
  const block = { bytes, chunkIncrement: chunk.incremental, slotIncrement: heap.incremental };
  return { chunkBytes: chunkBytes - BLOCK_HEADER, slots, stackSlots, block };
}

export interface Ruler {
  readonly engine: Engine;
  /** Says what variants compute, by their rolled form. */
  readonly node: Engine;
  /** What the board's target asks for. */
  readonly creation: Creation;
  readonly reference: Reference | undefined;
  readonly options: PlanOptions;
  /** How many vectors to run, from the first on. */
  readonly most: number;
  readonly onProgress: NonNullable<Job["onProgress"]>;
}

/** One row. */
export async function rulerRow(model: BenchModel, ruler: Ruler): Promise<RulerRow> {
  const { engine, reference, onProgress } = ruler;
  const base = model.name.split(":")[0];
  const all = await goldenVectors(base);
  const vectors = all.slice(0, ruler.most);
  const chunkBytes = LARGE_MODELS.includes(base) ? LARGE_CHUNK_BYTES : CHUNK_BYTES;
  const machine = machineWith(chunkBytes, ruler.creation);
  const rolled = await openModel(model, { forms: [] });
  const target = await openModel(model, { chunkBytes, flashBytes: FLASH_BYTES, ...ruler.options });
  const run = (on: Engine, { artifact, report }: Target, which: readonly GoldenVector[]) =>
    on.run({
      artifact,
      module: report.module,
      vectors: which.map(({ input }) => [input]),
      machine,
      onProgress,
    });
  const expected = model.variant
    ? (await run(ruler.node, rolled, vectors)).vectors.map(({ outputs }) => outputs[0])
    : vectors.map(({ output }) => output);
  const { vectors: found, counters } = await run(engine, target, vectors);
  const instructions = new Map(found.map((one, i) => [vectors[i].k, instructionsOf(one)]));
  const [worstVector, most] = worst({ instructions });
  const rolledOn = async (k: number) =>
    instructionsOf(
      (
        await run(
          engine,
          rolled,
          vectors.filter((vector) => vector.k === k),
        )
      ).vectors[0],
    );
  const tflm = reference?.get(base);
  return {
    model: model.name,
    form: formOf(target.report),
    macs: target.report.macs,
    instructions,
    vectors: all.length,
    wrong: vectors.filter((_, i) => !equal(found[i].outputs[0], expected[i])).map(({ k }) => k),
    rolled: isRolled(target) ? most : await rolledOn(worstVector),
    ...(tflm !== undefined && { tflm }),
    ...memoryOf(engine, counters),
    chunkBytes,
    blockBytes: machine.block.bytes,
    layers: layersOf(target.report, counters, vectors.length),
  };
}

function isRolled({ report }: Target): boolean {
  return formOf(report) === "rolled";
}

function instructionsOf({ layers = [] }: RunReport["vectors"][number]): number {
  return layers.reduce((sum, { instructions }) => sum + instructions, 0);
}

function memoryOf({ name }: Engine, { heap, flash }: Counters) {
  if (!heap || !flash) return refuse("bench-not-counted", { engine: name });
  const { bytecodeBytes, modelFrozenBytes: frozenBytes, constantBytes } = flash;
  const { liveChunkBytes, liveSlots, peakStackSlots, slotBytes } = heap;
  return {
    flash: { bytecodeBytes, frozenBytes, constantBytes },
    ramBytes: liveChunkBytes + slotBytes * (liveSlots + peakStackSlots),
    liveChunkBytes,
  };
}

function layersOf(report: Report, { layers = [] }: Counters, inferences: number): RulerLayer[] {
  return layerCosts(report, layers, inferences).map((cost, i) => ({
    ...cost,
    form: report.layers[i].form,
    steps: report.layers[i].steps,
    predicted: report.layers[i].instructions,
    longestStep: layers[i].longestStep,
    predictedLongestStep: report.layers[i].longestStep,
  }));
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
