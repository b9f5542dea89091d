/** Learning after a domain shift: what accuracy comes back, and what it takes on a board. */
import type { ChipBoard } from "../../boards/board.js";
import type { Engine, Machine } from "../../boards/engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { compileGraph } from "../../codegen/compile.js";
import { report } from "../../codegen/emit/report.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { plan } from "../../codegen/plan/plan.js";
import type { TrainedLayer, TrainOptions } from "../../codegen/training/options.js";
import type { Picture, Pictures } from "../support/picture.js";
import { FloatTrainer, floatHead, headInput } from "./float-head.js";
import { Replay } from "./replay.js";
import type { Shift } from "./shifts.js";

/** How often the samples are shown. */
export const PASSES = 5;

export interface Setting {
  readonly layers: readonly TrainedLayer[];
  readonly momentum: number;
  readonly batch: number;
}

export interface Recovery {
  readonly before: number;
  /** After the samples were shown once, and after PASSES times. */
  readonly once: number;
  readonly after: number;
  /** The same in float64; of the last layer alone. */
  readonly inFloat?: number;
}

const isHead = (layers: readonly TrainedLayer[]) => layers.length === 1 && layers[0].name === "head";

/** Learns from samples, and measures on others. */
export function recover(
  graph: Graph,
  shift: Shift,
  setting: Setting,
  { training: samples, holdout: examined }: Pictures,
): Recovery {
  const options: TrainOptions = { ...setting, learningRate: shift.learningRate };
  const learning = plan(graph, { train: options });
  const replay = new Replay(learning);
  const prepared = (pictures: readonly Picture[]) =>
    pictures.map((picture) => replay.prepare(shift.of(picture)));
  const [shown, test] = [prepared(samples), prepared(examined)];
  const before = replay.accuracy(test);
  replay.learn(shown);
  const once = replay.accuracy(test);
  for (let pass = 1; pass < PASSES; pass++) replay.learn(shown);
  const after = replay.accuracy(test);
  if (!isHead(setting.layers)) return { before, once, after };
  const float = new FloatTrainer(floatHead(learning), options);
  const inputs = shown.map(({ arena, label }) => ({ input: headInput(learning, arena), label }));
  for (let pass = 0; pass < PASSES; pass++) for (const { input, label } of inputs) float.learn(input, label);
  const right = test.filter(({ arena, label }) => {
    const scores = float.scores(headInput(learning, arena));
    return scores.indexOf(Math.max(...scores)) === label;
  });
  return { before, once, after, inFloat: right.length / test.length };
}

export interface LearningCost {
  /** Of a sample, collections included: on average, of those after which nothing is applied. */
  readonly run: number;
  readonly learn: number;
  /** What `learn()` takes more where it applies a batch. */
  readonly update: number;
  /** The most that lived in the machine after a collection, slots and stack included, and what the machine has. */
  readonly liveBytes: number;
  readonly machineBytes: number;
  readonly predicted: { readonly sample: number; readonly update: number; readonly heapBytes: number };
}

/** Slots that an application of the board's default machine has: the model's, and some for itself. */
const SLOTS = 640;

/**
 * Learns a batch twice on an emulated board with the RAM of its default machine, and holds its parameters to those of Node.
 *
 * @throws Error where a bit differs
 */
export async function costOnBoard(
  graph: Graph,
  shift: Shift,
  setting: Setting,
  samples: readonly Picture[],
  board: ChipBoard,
  engine: Engine,
): Promise<LearningCost> {
  const options: TrainOptions = { ...setting, learningRate: shift.learningRate };
  const {
    artifact,
    module,
    plan: learning,
  } = compileGraph(graph, "digits", await runtimeSources(), { train: options });
  const { memory, training } = report(learning, module);
  const shown = samples.slice(0, 2 * setting.batch).map(shift.of);
  const vectors = shown.map(({ pixels }) => [Uint8Array.from(pixels, (pixel) => pixel - 128)]);
  const machineBytes = board.moddable.creation.static;
  const machine: Machine = {
    chunkBytes: machineBytes - 16 * (SLOTS + memory.stackSlots),
    slots: SLOTS,
    stackSlots: memory.stackSlots,
  };
  const labels = shown.map(({ label }) => label);
  const {
    vectors: found,
    counters,
    parameters,
  } = await engine.run({
    artifact,
    module,
    vectors,
    labels,
    machine,
    stepSeconds: 3600,
  });
  const replay = new Replay(learning);
  replay.learn(shown.map((picture) => replay.prepare(picture)));
  for (const [i, expected] of replay.model.parameters.entries())
    if (Buffer.compare(Buffer.from(expected.buffer), Buffer.from(parameters![i].buffer)) !== 0)
      throw new Error(`${engine.name} learned something else than Node`);
  const last = learning.layers.length;
  const learned = found.map(({ layers = [] }) => layers[last].instructions);
  const isUpdate = (i: number) => (i + 1) % setting.batch === 0;
  const mean = (values: readonly number[]) => Math.round(values.reduce((a, b) => a + b, 0) / values.length);
  const learn = mean(learned.filter((_, i) => !isUpdate(i)));
  const { liveChunkBytes, liveSlots, slotBytes, peakStackSlots } = counters.heap!;
  return {
    run: mean(
      found.map(({ layers = [] }) => layers.slice(0, last).reduce((sum, it) => sum + it.instructions, 0)),
    ),
    learn,
    update: mean(learned.filter((_, i) => isUpdate(i))) - learn,
    liveBytes: liveChunkBytes + slotBytes * (liveSlots + peakStackSlots),
    machineBytes,
    predicted: {
      sample: training!.sampleInstructions,
      update: training!.updateInstructions,
      heapBytes: training!.heapBytes,
    },
  };
}
