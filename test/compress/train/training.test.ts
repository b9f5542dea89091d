/** What a training does to a network. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { maskOf, nonZeros, type Pruned } from "../../../codegen/compress/prune/mask.js";
import { l1Unstructured } from "../../../codegen/compress/prune/prune.js";
import { amountTowards, polynomialDecay } from "../../../codegen/compress/prune/schedule.js";
import { QuantizedModel } from "../../../codegen/compress/quantize/execute.js";
import { LOW_BIT_VALUES, type LowBitFormat, SCHEMES } from "../../../codegen/compress/quantize/formats.js";
import { prepare, quantize } from "../../../codegen/compress/quantize/quantize.js";
import { argMax } from "../../../codegen/compress/report/evaluate.js";
import { useWasm } from "../../../codegen/compress/train/backend/wasm.js";
import { trainedLayers } from "../../../codegen/compress/train/layers.js";
import { functionTeacher, modelTeacher } from "../../../codegen/compress/train/teacher.js";
import { train } from "../../../codegen/compress/train/train.js";
import { FloatModel } from "../../../codegen/float/execute.js";
import type { Graph } from "../../../codegen/graph/graph.js";
import { relativeError } from "../../float/relative-error.js";
import { FloatGraph } from "../../support/float-graph.js";
import { constants, images, tiny, valuesOf, watched } from "./tiny.js";

beforeAll(useWasm);

const data = images(36);
const OTHERS = images(30, 77);

function accuracy(graph: Graph, { samples, labels } = OTHERS): number {
  const model = new FloatModel(graph);
  const right = samples.filter((sample, i) => argMax(model.run(sample).get(graph.outputs[0])!) === labels[i]);
  return right.length / samples.length;
}

/** The weights of a layer of a quantized graph. */
function integersOf({ ops, tensors }: Graph, layer: string): Int8Array {
  const weights = tensors[ops.find(({ name }) => name === layer)!.inputs[1]!];
  return new Int8Array(weights.data!);
}

const FAST = { batch: 12, learningRate: 0.02 } as const;

describe("learns", () => {
  it.each([true, false])("from labels alone, with batch normalization: %s", async (normalize) => {
    expect(accuracy(tiny())).toBeLessThan(0.7);
    const trained = await train(tiny(), data, { ...FAST, epochs: 12, normalize });
    expect(accuracy(trained.graph)).toBeGreaterThan(0.9);
    expect(trained.epochs).toHaveLength(12);
    expect(trained.epochs.at(-1)!.loss).toBeLessThan(0.5 * trained.epochs[0].loss);
    expect(trained.calibration).toBeUndefined();
  });

  it("from a teacher without any labels, whatever it is", async () => {
    const taught = await train(tiny(), data, { ...FAST, epochs: 12 });
    const quantized = quantize(taught.graph, data.samples).graph;
    const model = new FloatModel(taught.graph);
    const logits = (sample: (typeof data.samples)[number]) =>
      model.run(sample).get(taught.graph.ops.at(-1)!.inputs[0]!)!;
    for (const teacher of [modelTeacher(taught.graph), modelTeacher(quantized), functionTeacher(logits)]) {
      const { graph } = await train(tiny(8, 3), { samples: data.samples }, { ...FAST, epochs: 15, teacher });
      expect(accuracy(graph)).toBeGreaterThan(0.85);
    }
  });

  it("to give a teacher's numbers where there are no classes", async () => {
    const build = new FloatGraph(3);
    build.random(10);
    const dense = { activation: "NONE", keepDims: false } as const;
    const hidden = build.op(
      "FULLY_CONNECTED",
      { ...dense, activation: "RELU" },
      build.input([1, 1]),
      build.constant([6, 1]),
      build.constant([6]),
    );
    const graph = build.graph([build.op("FULLY_CONNECTED", dense, hidden, build.constant([1, 6]), null)]);
    const samples = Array.from({ length: 40 }, (_, i) => [Float32Array.of(i / 20 - 1)]);
    const teacher = functionTeacher(([x]) => x.map((value) => 0.5 - value));
    const { epochs } = await train(
      graph,
      { samples },
      { epochs: 60, batch: 20, learningRate: 0.02, teacher },
    );
    expect(epochs.at(-1)!.loss).toBeLessThan(0.002);
  });
});

it("leaves no tensor behind", async () => {
  const before = tf.memory().numTensors;
  await train(tiny(), data, {
    ...FAST,
    epochs: 1,
    normalize: true,
    validation: OTHERS,
    teacher: modelTeacher(tiny(3), ["CONV_2D 2"]),
    hints: [{ teacher: "CONV_2D 2", student: "CONV_2D 2" }],
    quantization: { scheme: "ternary", search: true },
  });
  expect(tf.memory().numTensors).toBe(before);
});

it("starts from the weights that there are: with a rate of next to nothing they stay", async () => {
  const { graph } = await train(tiny(), data, { batch: 12, learningRate: 1e-12, epochs: 1 });
  const model = new FloatModel(tiny());
  const [now, sample] = [new FloatModel(graph), data.samples[4]];
  const [found, wanted] = [now, model].map((it) => it.run(sample).get(it.graph.outputs[0])!);
  expect(relativeError(found, wanted)).toBeLessThan(1e-5);
});

describe("pruning", () => {
  const { graph } = prepare(tiny(), {});

  it("holds masks: what they prune is 0 in the end, and nothing else", async () => {
    const masks = new Map(
      trainedLayers(graph).map(({ weight }) => [
        weight,
        Uint8Array.from(valuesOf(graph, weight), (_, i) => +(i % 3 !== 0)),
      ]),
    );
    for (const options of [{}, { normalize: true }, { quantization: {} }]) {
      const trained = await train(graph, data, { ...FAST, epochs: 2, masks, ...options });
      for (const [id, mask] of masks) expect(nonZeros(trained.graph.tensors[id])).toEqual(mask);
      const quantized = quantize(trained.graph, data.samples, { rounding: "nearest" }).graph;
      for (const { op, weight } of trainedLayers(graph))
        integersOf(quantized, op.name).forEach((integer, i) => {
          if (!masks.get(weight)![i]) expect(integer).toBe(0);
        });
    }
  });

  it("gradually follows its schedule", async () => {
    const { weight } = trainedLayers(graph).at(-1)!;
    const layer = trainedLayers(graph).at(-1)!.op.name;
    const prune = (pruned: Pruned, sparsity: number) => {
      const amount = amountTowards(sparsity, maskOf(pruned, weight));
      return l1Unstructured(pruned, { layer, name: "weight" }, amount);
    };
    const schedule = polynomialDecay({ initial: 0.1, final: 0.75, begin: 1, end: 9, frequency: 2 });
    const found: number[] = [];
    const trained = await watched(
      graph,
      data,
      { ...FAST, epochs: 4, pruning: { schedule: () => schedule, prune } },
      (training) => {
        const mask = nonZeros(training.result().graph.tensors[weight]);
        found.push(mask.filter((kept) => kept === 0).length);
      },
    );
    const length = valuesOf(graph, weight).length;
    const wanted = Array.from({ length: 12 }, (_, step) => {
      if (step < 1) return 0;
      const last = Math.min(9, step - ((step - 1) % 2));
      return Math.round(schedule.sparsity(last) * length);
    });
    expect(found).toEqual(wanted);
    expect(nonZeros(trained.graph.tensors[weight]).filter((kept) => kept === 0)).toHaveLength(0.75 * length);
  });
});

describe("as if quantized", () => {
  it("begins after a delay, folds batch normalization then, and keeps its ranges in the end", async () => {
    const ranges: (string | undefined)[] = [];
    const names: string[][] = [];
    await watched(
      tiny(),
      data,
      { ...FAST, epochs: 4, normalize: true, quantization: { delay: 0.5, freeze: 0.75 } },
      (training) => {
        const { calibration } = training.result();
        ranges.push(calibration && JSON.stringify([...calibration].map(([id, it]) => [id, it.range(256)])));
        names.push([...training.save().keys()].filter((name) => name.includes("gamma")));
      },
    );
    // 12 steps: ranges from the one after half of them on, and none that changes after three quarters.
    expect(ranges.map((it) => it !== undefined)).toEqual(Array.from({ length: 12 }, (_, i) => i >= 6));
    expect(new Set(ranges.slice(6, 9)).size).toBe(3);
    expect(new Set(ranges.slice(8)).size).toBe(1);
    expect(names.map(({ length }) => length > 0)).toEqual(Array.from({ length: 12 }, (_, i) => i < 6));
  });

  it("is quantized at the latest for the last step, however short it is", async () => {
    const options = { ...FAST, batch: 36, epochs: 1, quantization: { delay: 0.9 } };
    expect((await train(tiny(), data, options)).calibration).toBeDefined();
  });

  it.each<["int8" | "int4" | "16x8", number]>([
    ["int8", 0.03],
    ["int4", 0.03],
    ["16x8", 0.003],
  ])(
    "with %s: is what the quantized network then computes, to a step or two of the output",
    async (scheme, far) => {
      const { graph, calibration, weightScales, epochs } = await train(tiny(), data, {
        ...FAST,
        epochs: 12,
        validation: OTHERS,
        quantization: { scheme },
      });
      const quantized = quantize(graph, data.samples, {
        scheme,
        calibration: calibration!,
        weightScales,
        rounding: "nearest",
        biasCorrection: false,
      });
      const model = new QuantizedModel(quantized.graph);
      const outputs = OTHERS.samples.map((sample) => model.run(sample).get(quantized.graph.outputs[0])!);
      const right = outputs.filter((output, i) => argMax(output) === OTHERS.labels[i]).length / 30;
      const { accuracy, loss } = epochs.at(-1)!.validation!;
      expect(Math.abs(right - accuracy!)).toBeLessThanOrEqual(1 / 30);
      const own =
        -outputs.reduce((sum, output, i) => sum + Math.log(Math.max(output[OTHERS.labels[i]], 1 / 512)), 0) /
        30;
      expect(Math.abs(own - loss)).toBeLessThan(far);
    },
  );

  it.each<LowBitFormat>(["binary", "ternary", "int4"])(
    "searches for %s weights, which stay as they are when it is quantized",
    async (scheme) => {
      const { graph, calibration, weightScales } = await train(tiny(), data, {
        ...FAST,
        epochs: 12,
        quantization: { scheme, search: true, layers: { "FULLY_CONNECTED 5": SCHEMES.int8 } },
      });
      const quantized = quantize(graph, data.samples, {
        scheme,
        layers: { "FULLY_CONNECTED 5": SCHEMES.int8 },
        calibration: calibration!,
        weightScales,
        rounding: "nearest",
        biasCorrection: false,
      }).graph;
      expect([...weightScales.keys()]).toEqual(["CONV_2D 0", "DEPTHWISE_CONV_2D 1", "CONV_2D 2"]);
      for (const { op, weight, channelAxis } of trainedLayers(graph)) {
        const scales = weightScales.get(op.name);
        if (!scales) continue;
        const values = valuesOf(graph, weight);
        const channel = (i: number) =>
          channelAxis === 3 ? i % scales.length : Math.floor(i / (values.length / scales.length));
        const integers = integersOf(quantized, op.name);
        values.forEach((value, i) => {
          expect(LOW_BIT_VALUES[scheme]).toContain(integers[i]);
          expect(value).toBeCloseTo(integers[i] * scales[channel(i)], 6);
        });
      }
      expect(accuracy(graph)).toBeGreaterThan(0.7);
    },
  );
});

describe("stopping early", () => {
  it("gives the network of the best epoch", async () => {
    const perEpoch: (Uint8Array | undefined)[][] = [];
    const trained = await watched(
      tiny(),
      images(12),
      { batch: 6, learningRate: 0.15, epochs: 40, validation: OTHERS, patience: 3 },
      (training) => {
        if (training.step % 2 === 0 && !training.isOver) perEpoch.push(constants(training.result().graph));
      },
    );
    const losses = trained.epochs.map(({ validation }) => validation!.loss);
    const best = losses.indexOf(Math.min(...losses));
    expect(trained.epochs.length).toBeLessThan(40);
    expect(trained.epochs.length).toBe(best + 1 + 3);
    expect(constants(trained.graph)).toEqual(perEpoch[best]);
  });

  it("counts only epochs of what the network will be: quantized", async () => {
    const trained = await train(tiny(), data, {
      ...FAST,
      epochs: 10,
      validation: OTHERS,
      patience: 1,
      quantization: { scheme: "binary", delay: 0.5 },
    });
    expect(trained.epochs.length).toBeGreaterThan(5);
    expect(trained.calibration).toBeDefined();
  });
});
