import { describe, expect, it } from "vitest";
import type { Sample } from "../../../codegen/compress/quantize/calibrate.js";
import { QuantizedModel } from "../../../codegen/compress/quantize/execute.js";
import { SCHEMES, type SchemeName } from "../../../codegen/compress/quantize/formats.js";
import { MovingAverage } from "../../../codegen/compress/quantize/observers/moving-average.js";
import { prepare, type QuantizeOptions, quantize } from "../../../codegen/compress/quantize/quantize.js";
import { FloatModel } from "../../../codegen/float/execute.js";
import { validateFloat } from "../../../codegen/float/validate.js";
import { elementsOf } from "../../../codegen/graph/elements.js";
import { elements, type Graph, type TensorId } from "../../../codegen/graph/graph.js";
import { validate } from "../../../codegen/graph/validate.js";
import { runFloatPasses } from "../../../codegen/passes/float/index.js";
import { randomFloatGraph } from "../../passes/float-graphs.js";
import { FloatGraph } from "../../support/float-graph.js";
import { problemsOf } from "../../support/problems.js";

function samplesOf(build: FloatGraph, graph: Graph, count = 4): Sample[] {
  return Array.from({ length: count }, () =>
    graph.inputs.map((id) => build.random(elements(graph.tensors[id].shape))),
  );
}

const CONVOLUTION = {
  padding: "SAME",
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
} as const;

/** Two convolutions and a dense layer with the softmax that ends most models. */
function network(seed = 1): { build: FloatGraph; graph: Graph } {
  const build = new FloatGraph(seed);
  const input = build.input([1, 6, 6, 3]);
  const first = build.op(
    "CONV_2D",
    { ...CONVOLUTION, activation: "RELU" },
    input,
    build.constant([8, 3, 3, 3]),
    build.constant([8]),
  );
  const second = build.op(
    "DEPTHWISE_CONV_2D",
    { ...CONVOLUTION, depthMultiplier: 1, activation: "NONE" },
    first,
    build.constant([1, 3, 3, 8]),
    null,
  );
  const sum = build.op("ADD", { activation: "RELU6" }, first, second);
  const pool = build.op(
    "AVERAGE_POOL_2D",
    {
      padding: "VALID",
      filterHeight: 6,
      filterWidth: 6,
      strideHeight: 1,
      strideWidth: 1,
      activation: "NONE",
    },
    sum,
  );
  const flat = build.op("RESHAPE", { newShape: [1, 8] }, pool);
  const dense = build.op(
    "FULLY_CONNECTED",
    { activation: "NONE", keepDims: false },
    flat,
    build.constant([4, 8]),
    build.constant([4]),
  );
  return { build, graph: build.graph([build.op("SOFTMAX", { beta: 1 }, dense)]) };
}

const dense = (build: FloatGraph, input: TensorId, outputs: number) =>
  build.op(
    "FULLY_CONNECTED",
    { activation: "RELU", keepDims: false },
    input,
    build.constant([outputs, build.shape(input)[1]]),
    build.constant([outputs]),
  );

const kinds = (graph: Graph) => graph.ops.map(({ kind }) => kind);

describe("random graphs", () => {
  const SEEDS = 60;

  /** Signal-to-noise ratios, in dB, that nearly all outputs of short graphs have. */
  const LEAST: Partial<Record<SchemeName, number>> = {
    int8: 24,
    "16x8": 30,
    "16x16": 30,
    e4m3: 14,
    e5m2: 8,
    binary: 0,
  };

  it.each(Object.keys(SCHEMES) as SchemeName[])(
    "%s: all of them can be compiled, and compute nearly the same",
    (scheme) => {
      let found = 0;
      for (let seed = 1; seed <= SEEDS; seed++) {
        const { build, graph } = randomFloatGraph(seed);
        if (validateFloat(graph).length > 0) continue;
        const { graph: quantized, layers } = quantize(graph, samplesOf(build, graph), { scheme });
        expect(validate(quantized)).toEqual([]);
        found++;
        const last = layers.filter(({ output }) => quantized.outputs.includes(output));
        for (const { snr, name } of last) expect(snr, `${seed} ${name}`).toBeGreaterThan(LEAST[scheme] ?? 3);
      }
      expect(found).toBeGreaterThan(SEEDS * 0.9);
    },
    120_000,
  );
});

describe("quantize", () => {
  it("keeps pruned weights zero where it is told to, whatever rounding finds better", () => {
    const { build, graph } = network();
    const pruned = runFloatPasses({
      ...graph,
      tensors: graph.tensors.map((tensor) => {
        if (!tensor.data || tensor.dtype !== "float32") return tensor;
        const values = (elementsOf("float32", tensor.data) as Float32Array).map((value, i) =>
          i % 3 ? 0 : value,
        );
        return { ...tensor, data: new Uint8Array(values.buffer) };
      }),
    });
    const samples = samplesOf(build, graph, 16);
    const moved = (keepZeros: boolean) => {
      const { float, graph: quantized } = quantize(pruned, samples, { keepZeros, scheme: "int4" });
      return float.ops.reduce((sum, { kind, inputs }, i) => {
        if (kind !== "CONV_2D" && kind !== "DEPTHWISE_CONV_2D" && kind !== "FULLY_CONNECTED") return sum;
        const real = elementsOf("float32", float.tensors[inputs[1]!].data!);
        const integers = elementsOf("int8", quantized.tensors[quantized.ops[i].inputs[1]!].data!);
        return sum + [...integers].filter((q, k) => Number(q) !== 0 && real[k] === 0).length;
      }, 0);
    };
    expect(moved(false)).toBeGreaterThan(0);
    expect(moved(true)).toBe(0);
  });

  it("takes ranges of activations and scales of weights that it is given", () => {
    const { build, graph } = network();
    const samples = samplesOf(build, graph, 4);
    const { graph: float } = prepare(graph, {});
    const ranges = new Map(
      [...float.inputs, ...float.ops.flatMap(({ outputs }) => outputs)].map((id) => [
        id,
        new MovingAverage({ min: -1, max: 3 }),
      ]),
    );
    const [{ name }] = float.ops;
    const scales = Array.from({ length: 8 }, (_, channel) => 0.125 + channel / 64);
    const options = { calibration: ranges, weightScales: new Map([[name, scales]]), biasCorrection: false };
    const { graph: quantized } = quantize(graph, samples, options);
    const [input] = quantized.inputs;
    expect(quantized.tensors[input].quantization!.scales).toEqual([Math.fround(4 / 255)]);
    const weights = quantized.tensors[quantized.ops[0].inputs[1]!];
    expect(weights.quantization!.scales).toEqual(scales);
    const real = elementsOf("float32", float.tensors[float.ops[0].inputs[1]!].data!) as Float32Array;
    const row = real.length / 8;
    expect(elementsOf("int8", weights.data!)).toEqual(
      Int8Array.from(real, (value, i) =>
        Math.max(-127, Math.min(127, Math.round(value / scales[Math.floor(i / row)]))),
      ),
    );
  });

  it("measures what a PAD makes, too, that kernels read as padding", () => {
    const build = new FloatGraph(2);
    // Unlike the padding that float passes make part of a convolution, this one is of two rows and one column.
    const paddings = build.indexes([0, 0, 2, 0, 0, 1, 0, 0], [4, 2]);
    const padded = build.op("PAD", {}, build.input([1, 6, 6, 2]), paddings);
    const weights = build.constant([4, 3, 3, 2]);
    const window = { ...CONVOLUTION, padding: "VALID", activation: "RELU" } as const;
    const graph = build.graph([build.op("CONV_2D", window, padded, weights, build.constant([4]))]);
    const { layers } = quantize(graph, samplesOf(build, graph));
    expect(layers.map(({ kind }) => kind)).toEqual(["PAD", "CONV_2D"]);
    for (const { snr } of layers) expect(snr).toBeGreaterThan(30);
  });

  it("gives the same graph for the same arguments, and another one for other samples", () => {
    const { build, graph } = network();
    const [samples, others] = [samplesOf(build, graph), samplesOf(build, graph)];
    const result = quantize(graph, samples);
    expect(quantize(graph, samples)).toEqual(result);
    expect(quantize(graph, others).graph).not.toEqual(result.graph);
  });

  it("8-bit floats are inside; edges and operators without a kernel for them are int8", () => {
    const { build, graph } = network();
    const { graph: e4m3 } = quantize(graph, samplesOf(build, graph), { scheme: "e4m3" });
    expect(kinds(e4m3).filter((kind) => kind !== "QUANTIZE")).toEqual(
      kinds(quantize(graph, samplesOf(build, graph)).graph),
    );
    const types = ({ inputs, outputs }: Graph["ops"][number]) =>
      [inputs[0]!, outputs[0]].map((id) => e4m3.tensors[id].dtype);
    for (const op of e4m3.ops) {
      if (op.kind === "QUANTIZE") expect(types(op)).toContain("int8");
      else {
        const type = ["CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"].includes(op.kind)
          ? "float8e4m3"
          : "int8";
        expect(types(op), op.kind).toEqual([type, type]);
      }
    }
    for (const id of [...e4m3.inputs, ...e4m3.outputs]) expect(e4m3.tensors[id].dtype).toBe("int8");
    const tail = { ...graph, outputs: graph.ops.find(({ kind }) => kind === "FULLY_CONNECTED")!.outputs };
    const { graph: cut } = quantize(tail, samplesOf(build, graph), { scheme: "e5m2" });
    expect(cut.tensors[cut.outputs[0]].dtype).toBe("int8");
    expect(validate(cut)).toEqual([]);
  });

  it("int8 has TFLite's types, and fewer weights are in narrow formats", () => {
    const { build, graph } = network();
    const samples = samplesOf(build, graph);
    const weights = (options: QuantizeOptions) => {
      const quantized = quantize(graph, samples, options).graph;
      return quantized.ops
        .filter(({ kind }) => kind.includes("CONV") || kind === "FULLY_CONNECTED")
        .map(({ inputs }) => quantized.tensors[inputs[1]!])
        .map(({ dtype, data }) => [...elementsOf(dtype, data!)].map(Number));
    };
    const { graph: int8 } = quantize(graph, samples);
    expect(kinds(int8)).toEqual([
      "CONV_2D",
      "DEPTHWISE_CONV_2D",
      "ADD",
      "MEAN",
      "RESHAPE",
      "FULLY_CONNECTED",
      "SOFTMAX",
    ]);
    expect(int8.tensors[int8.outputs[0]].quantization).toEqual({
      scales: [1 / 256],
      zeroPoints: [-128],
      axis: 0,
    });
    const [conv, depthwise] = int8.ops
      .slice(0, 2)
      .map(({ inputs }) => int8.tensors[inputs[1]!].quantization!);
    expect([conv.scales.length, conv.axis, depthwise.scales.length, depthwise.axis]).toEqual([8, 0, 8, 3]);
    const relu = int8.tensors[int8.ops[0].outputs[0]].quantization!;
    expect(relu.zeroPoints).toEqual([-128]);
    for (const row of weights({ scheme: "int4" }))
      for (const w of row) expect(Math.abs(w)).toBeLessThanOrEqual(7);
    for (const row of weights({ scheme: "ternary" }))
      for (const w of row) expect(Math.abs(w)).toBeLessThanOrEqual(1);
    expect(Math.max(...weights({ scheme: "16x16" }).flat())).toBeGreaterThan(30_000);
  });

  it("16x8: int16 with zero point 0 to the end, biases of 64 bits, a pool and no MEAN", () => {
    const { build, graph } = network();
    const { graph: wide } = quantize(graph, samplesOf(build, graph), { scheme: "16x8" });
    expect(kinds(wide).slice(2)).toEqual(["ADD", "AVERAGE_POOL_2D", "RESHAPE", "FULLY_CONNECTED", "SOFTMAX"]);
    for (const { dtype, quantization } of wide.tensors)
      if (dtype === "int16") expect(quantization!.zeroPoints).toEqual([0]);
    expect(wide.tensors[wide.outputs[0]].quantization!.scales).toEqual([2 ** -15]);
    expect(wide.tensors[wide.ops[0].inputs[2]!].dtype).toBe("int64");
    expect(wide.tensors[wide.inputs[0]].dtype).toBe("int16");
  });

  it("16x8: TANH in int8 behind QUANTIZE", () => {
    const build = new FloatGraph();
    const graph = build.graph([build.op("TANH", {}, dense(build, build.input([1, 6]), 5))]);
    const { graph: wide } = quantize(graph, samplesOf(build, graph), { scheme: "16x8" });
    expect(kinds(wide)).toEqual(["FULLY_CONNECTED", "QUANTIZE", "TANH"]);
  });

  it("transposed convolutions, which have their weights and input elsewhere", () => {
    const build = new FloatGraph(2);
    const input = build.input([1, 5, 5, 3]);
    const output = build.op(
      "TRANSPOSE_CONV",
      { strideHeight: 2, strideWidth: 2, padding: "SAME", activation: "RELU" },
      build.indexes([1, 10, 10, 4]),
      build.constant([4, 3, 3, 3]),
      input,
      build.constant([4]),
    );
    const graph = build.graph([output]);
    const samples = samplesOf(build, graph, 6);
    const snr = (scheme: SchemeName) => quantize(graph, samples, { scheme }).layers[0].snr;
    expect(snr("int8")).toBeGreaterThan(38);
    expect(snr("16x8")).toBeGreaterThan(snr("int8"));
    expect(snr("16x16")).toBeGreaterThan(75);
  });

  it("mixed by layer, with QUANTIZE between", () => {
    const build = new FloatGraph();
    const layer = dense(build, dense(build, dense(build, build.input([1, 6]), 5), 4), 3);
    const graph = build.graph([layer]);
    const names = graph.ops.map(({ name }) => name);
    const { graph: mixed, layers } = quantize(graph, samplesOf(build, graph), {
      layers: { [names[1]]: "16x8" },
    });
    expect(kinds(mixed)).toEqual([
      "FULLY_CONNECTED",
      "QUANTIZE",
      "FULLY_CONNECTED",
      "QUANTIZE",
      "FULLY_CONNECTED",
    ]);
    expect(layers.map(({ scheme }) => scheme.activations)).toEqual(["int8", "int16", "int8"]);
  });

  it("inputs of a fixed type beside others are converted", () => {
    const build = new FloatGraph();
    const input = build.input([1, 6]);
    const softmax = build.op("SOFTMAX", { beta: 1 }, dense(build, input, 5));
    const joined = build.op("CONCATENATION", { axis: 1, activation: "NONE" }, softmax, input);
    const clamped = build.op("MINIMUM", {}, softmax, build.constant([], [-2]));
    const graph = build.graph([joined, clamped]);
    const { graph: quantized, layers } = quantize(graph, samplesOf(build, graph));
    expect(kinds(quantized).filter((kind) => kind === "QUANTIZE")).toHaveLength(2);
    for (const { snr } of layers) expect(snr).toBeGreaterThan(30);
  });

  it("float edges: real numbers in and out, and the same bits between", () => {
    const { build, graph } = network();
    const samples = samplesOf(build, graph);
    const plain = quantize(graph, samples).graph;
    const edged = quantize(graph, samples, { edges: "float" }).graph;
    expect(kinds(edged)).toEqual(["QUANTIZE", ...kinds(plain), "DEQUANTIZE"]);
    const [a, b] = [plain, edged].map(
      (each) => new QuantizedModel(each).run(samples[0]).get(each.outputs[0])!,
    );
    expect(b).toEqual(a);
  });

  it("corrected biases bring outputs to their mean in float32", () => {
    const build = new FloatGraph();
    const graph = build.graph([dense(build, build.input([1, 32]), 16)]);
    const samples = samplesOf(build, graph, 32).map(([values]) => [values.map((value) => value + 2)]);
    const shift = (biasCorrection: boolean) => {
      const { graph: quantized } = quantize(graph, samples, {
        scheme: "int4",
        rounding: "nearest",
        biasCorrection,
      });
      const [float, int4] = [new FloatModel(graph), new QuantizedModel(quantized)];
      const sums = new Float64Array(16);
      for (const sample of samples) {
        const wanted = float.run(sample).get(graph.outputs[0])!;
        int4
          .run(sample)
          .get(quantized.outputs[0])!
          .forEach((value, i) => {
            sums[i] += (value - wanted[i]) / samples.length;
          });
      }
      return Math.max(...sums.map(Math.abs));
    };
    expect(shift(true)).toBeLessThan(shift(false) / 3);
  });
});

describe("refusals", () => {
  const codes = (graph: Graph, samples: readonly Sample[], options?: QuantizeOptions) =>
    problemsOf(() => {
      quantize(graph, samples, options);
      return [];
    }).map(({ code }) => code);

  it("calibration data", () => {
    const { build, graph } = network();
    const [good, bad] = samplesOf(build, graph, 2);
    bad[0][5] = Number.NaN;
    expect(codes(graph, [])).toEqual(["samples-missing"]);
    expect(codes(graph, [good, bad])).toEqual(["sample-not-finite"]);
    expect(codes(graph, [[good[0].subarray(1)], []])).toEqual(["sample-shape", "sample-input-count"]);
    expect(codes(graph, [[good[0].map(() => 3)], [good[0].map(() => 3)]])).toEqual(["samples-constant"]);
    expect(codes(graph, [[good[0].map(() => 3)], [good[0].map(() => 4)]])).toEqual([]);
  });

  it("weights that are not finite, and activations that become so", () => {
    const model = (value: number) => {
      const build = new FloatGraph();
      const attributes = { activation: "NONE", keepDims: false } as const;
      const once = build.op(
        "FULLY_CONNECTED",
        attributes,
        build.input([1, 1]),
        build.constant([1, 1], [value]),
        null,
      );
      return build.graph([
        build.op("FULLY_CONNECTED", attributes, once, build.constant([1, 1], [value]), null),
      ]);
    };
    const samples = [[Float32Array.of(1)], [Float32Array.of(1e6)]];
    expect(codes(model(Number.NaN), samples)).toEqual(["constant-not-finite", "constant-not-finite"]);
    expect(codes(model(3e38), samples)).toEqual(["activation-not-finite"]);
  });

  it("operators without a quantized form, unknown layers, formats without kernels", () => {
    const build = new FloatGraph();
    const input = build.input([1, 4]);
    const graph = build.graph([build.op("DIV", { activation: "NONE" }, build.constant([1, 4]), input)]);
    const samples = samplesOf(build, graph);
    expect(codes(graph, samples)).toEqual(["operator-not-quantized"]);
    expect(codes(graph, samples, { layers: { nobody: "int8", none: "int4" } })).toEqual([
      "layer-unknown",
      "layer-unknown",
    ]);
    expect(codes(graph, samples, { scheme: { weights: "int16", activations: "int8" } })).toEqual([
      "scheme-not-supported",
    ]);
  });
});
