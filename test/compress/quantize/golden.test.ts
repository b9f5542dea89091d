import { expect, it } from "vitest";
import type { Sample } from "../../../codegen/compress/quantize/calibrate.js";
import { QuantizedModel } from "../../../codegen/compress/quantize/execute.js";
import { type QuantizeOptions, quantize } from "../../../codegen/compress/quantize/quantize.js";
import { randomSamples } from "../../../codegen/compress/quantize/random-samples.js";
import { FloatModel } from "../../../codegen/float/execute.js";
import { elementsOf } from "../../../codegen/graph/elements.js";
import type { Graph } from "../../../codegen/graph/graph.js";
import { importModel } from "../../../codegen/import/import-model.js";
import { describeGolden, goldenModel } from "../../golden/golden.js";

const floats = (bytes: Uint8Array) => elementsOf("float32", Uint8Array.from(bytes)) as Float32Array;

/** The float model's golden inputs, and its outputs as TFLM computed them; of sequences the first step. */
function vectors(name: string) {
  return goldenModel(`${name}_fp32`).vectors.map(({ steps, output }) => ({
    inputs: [floats(steps[0])],
    output: floats(output.subarray(0, output.length / steps.length)),
  }));
}

/** Mean squared error of a quantized model's outputs, each input quantized as the model wants it. */
function meanSquaredError(graph: Graph, golden: ReturnType<typeof vectors>): number {
  const model = new QuantizedModel(graph);
  const errors = golden.flatMap(({ inputs, output }) => {
    const found = model.run(inputs).get(graph.outputs[0])!;
    return [...output].map((value, i) => (value - found[i]) ** 2);
  });
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

/** Calibration data besides the golden inputs themselves: random, in the range of inputs, as anyone knows it who prepares them. */
const RANDOM = {
  ad01: { min: -65, max: 40 },
  resnet8: { min: 0, max: 255 },
};

describeGolden(
  "int8 models are no further from the float model than the published ones of the same name",
  () => {
    const float = (name: string) => importModel(goldenModel(`${name}_fp32`, 1).model, `${name}.tflite`);
    const published = (name: string) => importModel(goldenModel(`${name}_int8`, 1).model, `${name}.tflite`);
    const compare = (name: string, kind: string, samples: readonly Sample[]) => {
      const golden = vectors(name);
      const theirs = meanSquaredError(published(name), golden);
      const ours = meanSquaredError(quantize(float(name), samples).graph, golden);
      console.info(`${name}, ${kind} calibration inputs: mean squared error ${ours}, published ${theirs}`);
      expect(ours).toBeLessThanOrEqual(theirs);
    };

    it.each(["ad01", "resnet8", "mnist_lstm"])(
      "%s, given calibration inputs",
      (name) =>
        compare(
          name,
          "given",
          vectors(name).map(({ inputs }) => inputs),
        ),
      300_000,
    );

    it.each(Object.entries(RANDOM).flatMap(([name, range]) => [1, 2].map((seed) => ({ name, range, seed }))))(
      "$name, random calibration inputs, seed $seed",
      ({ name, range, seed }) => compare(name, "random", randomSamples(float(name), range, 32, seed)),
      300_000,
    );
  },
);

describeGolden("what each step is worth on ad01", () => {
  const golden = () => vectors("ad01");
  const error = (options: QuantizeOptions) => {
    const vectorsOf = golden();
    const float = importModel(goldenModel("ad01_fp32", 1).model, "ad01.tflite");
    const samples = vectorsOf.map(({ inputs }) => inputs);
    return meanSquaredError(quantize(float, samples, options).graph, vectorsOf);
  };

  it("rounding to data brings int8 and int4 nearer to the float model", () => {
    for (const scheme of ["int8", "int4"] as const)
      expect(error({ scheme })).toBeLessThan(error({ scheme, rounding: "nearest" }) / 2);
  }, 120_000);

  it("more bits are nearer to the float model", () => {
    const errors = (["ternary", "int4", "int8", "16x8"] as const).map((scheme) => error({ scheme }));
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    expect(error({ scheme: "16x16" })).toBeLessThan(errors[2] / 50);
  }, 120_000);
});

describeGolden("the float model that reports compare with", () => {
  it("is the golden one", () => {
    const [{ inputs, output }] = vectors("ad01");
    const graph = importModel(goldenModel("ad01_fp32", 1).model, "ad01.tflite");
    const { float, layers } = quantize(graph, [inputs], { rounding: "nearest" });
    const found = new FloatModel(float).run(inputs).get(float.outputs[0])!;
    found.forEach((value, i) => {
      expect(Math.abs(value - output[i])).toBeLessThan(1e-3);
    });
    expect(layers.map(({ name }) => name)).toEqual(float.ops.map(({ name }) => name));
    for (const { snr, added, cosine } of layers) {
      expect(snr).toBeGreaterThan(20);
      expect(added).toBeGreaterThan(20);
      expect(cosine).toBeGreaterThan(0.99);
    }
  }, 60_000);
});
