/** A training goes on from anywhere to the same bits. */
import { beforeAll, describe, expect, it } from "vitest";
import { maskOf, type Pruned } from "../../../codegen/compress/prune/mask.js";
import { l1Unstructured } from "../../../codegen/compress/prune/prune.js";
import { amountTowards, polynomialDecay } from "../../../codegen/compress/prune/schedule.js";
import { prepare } from "../../../codegen/compress/quantize/quantize.js";
import { useWasm } from "../../../codegen/compress/train/backend/wasm.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../../codegen/compress/train/checkpoint.js";
import { trainedLayers } from "../../../codegen/compress/train/layers.js";
import type { TrainingOptions } from "../../../codegen/compress/train/options.js";
import { modelTeacher } from "../../../codegen/compress/train/teacher.js";
import { train } from "../../../codegen/compress/train/train.js";
import { type Trained, Training } from "../../../codegen/compress/train/training.js";
import { constants, images, tiny } from "./tiny.js";

beforeAll(useWasm);

const graph = prepare(tiny(5, 3), {}).graph;
const data = images(12);

/** Prunes the dense layer, which is not searched for. */
const { op, weight } = trainedLayers(graph).at(-1)!;
const prune = (pruned: Pruned, sparsity: number) =>
  l1Unstructured(pruned, { layer: op.name, name: "weight" }, amountTowards(sparsity, maskOf(pruned, weight)));

/** Every feature at once. Labels and a regressor, too. */
function options(seed = 1): TrainingOptions {
  return {
    epochs: 6,
    batch: 6,
    learningRate: 0.03,
    seed,
    teacher: modelTeacher(tiny(9), ["CONV_2D 2"]),
    hints: [{ teacher: "CONV_2D 2", student: "CONV_2D 2" }],
    vary: ([image], next) => [image.map((value) => value + 0.1 * (next() - 0.5))],
    validation: images(6, 3),
    patience: 2,
    normalize: true,
    masks: new Map([[weight, Uint8Array.from({ length: 81 }, (_, i) => +(i !== 4))]]),
    pruning: {
      schedule: () => polynomialDecay({ initial: 0.1, final: 0.5, begin: 1, end: 5, frequency: 2 }),
      prune,
    },
    quantization: {
      scheme: "ternary",
      layers: { [op.name]: "int8" },
      search: true,
      delay: 0.3,
      freeze: 0.8,
    },
  };
}

/** All that is trained, and what was seen on the way. */
function bitsOf({ graph, calibration, weightScales, epochs }: Trained) {
  return {
    constants: constants(graph),
    ranges: calibration && [...calibration].map(([id, it]) => [id, it.range(256)]),
    scales: [...weightScales],
    epochs,
  };
}

describe("all features at once", () => {
  it("the same seed gives the same bits, another seed others", async () => {
    const first = bitsOf(await train(graph, data, options()));
    expect(bitsOf(await train(graph, data, options()))).toEqual(first);
    const other = bitsOf(await train(graph, data, options(2)));
    expect(other.constants).not.toEqual(first.constants);
  });

  it("goes on from the checkpoint of any step to the same bits", async () => {
    const checkpoints: Uint8Array[] = [];
    const whole = await train(graph, data, options(), {
      onStep: async (training) => {
        checkpoints.push(
          encodeCheckpoint({ fingerprint: "f", step: training.step, arrays: training.save() }),
        );
      },
    });
    const wanted = bitsOf(whole);
    // It stops early, after quantization, pruning and the search's decision began.
    expect(checkpoints.length).toBeGreaterThan(8);
    for (const [i, bytes] of checkpoints.entries()) {
      const { step, arrays } = decodeCheckpoint(bytes, "f", "checkpoint");
      expect(step).toBe(i + 1);
      expect(bitsOf(await train(graph, data, options(), { from: arrays })), `after step ${step}`).toEqual(
        wanted,
      );
    }
  });

  it("what it saves does not change while it goes on", () => {
    const training = new Training(graph, data, options());
    training.advance();
    const bytes = encodeCheckpoint({ fingerprint: "", step: 1, arrays: training.save() });
    training.result();
    expect(encodeCheckpoint({ fingerprint: "", step: 1, arrays: training.save() })).toEqual(bytes);
  });
});

it("layers whose names begin others do not mix in a checkpoint", async () => {
  const names = ["a", "a:mean", "a:variance", "a/bias"];
  const named = {
    ...graph,
    ops: graph.ops.map((it) => ({
      ...it,
      name: names[trainedLayers(graph).findIndex(({ op }) => op === it)] ?? it.name,
    })),
  } as typeof graph;
  const options = { epochs: 2, batch: 6, normalize: true };
  const whole = await train(named, data, options);
  const training = new Training(named, data, options);
  training.advance();
  const { arrays } = decodeCheckpoint(
    encodeCheckpoint({ fingerprint: "", step: 1, arrays: training.save() }),
    "",
    "",
  );
  expect(bitsOf(await train(named, data, options, { from: arrays }))).toEqual(bitsOf(whole));
});
