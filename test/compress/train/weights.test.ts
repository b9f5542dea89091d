/** What is made of trained numbers: masked, and searched for. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { LOW_BIT_VALUES, type LowBitFormat } from "../../../codegen/compress/quantize/formats.js";
import { useWasm } from "../../../codegen/compress/train/backend/wasm.js";
import { MaskedWeights } from "../../../codegen/compress/train/weights/masked.js";
import { SearchedWeights } from "../../../codegen/compress/train/weights/searched.js";
import { FloatGraph } from "../../support/float-graph.js";
import { refusalCodes } from "../../support/problems.js";

beforeAll(useWasm);

it("masked weights are 0 where the mask is, and have no gradient there", () => {
  const parameter = { name: "w", shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) };
  const source = new MaskedWeights(parameter, 0, Uint8Array.of(1, 0, 1, 0));
  expect([...source.value()]).toEqual([1, 0, 3, 0]);
  const { found, gradient } = tf.tidy(() => {
    const x = tf.tensor(parameter.values, [2, 2]);
    return {
      found: [...source.read([x]).dataSync()],
      gradient: [
        ...tf
          .grad((it) => tf.sum(tf.square(source.read([it]))))(x)
          .dataSync(),
      ],
    };
  });
  expect(found).toEqual([1, 0, 3, 0]);
  expect(gradient).toEqual([2, 0, 6, 0]);
  source.scale(Float32Array.of(2, -1));
  expect([...source.value()]).toEqual([2, 0, -3, 0]);
  const other = new MaskedWeights(parameter, 0);
  other.load(source.save());
  expect(other.mask).toEqual(source.mask);
});

it("refuses masks of another size, and not of 0 and 1", () => {
  const parameter = { name: "w", shape: [2, 2], values: new Float32Array(4) };
  expect(refusalCodes(() => new MaskedWeights(parameter, 0, new Uint8Array(3)))).toEqual(["mask-shape"]);
  expect(refusalCodes(() => new MaskedWeights(parameter, 0, Uint8Array.of(0, 1, 2, 1)))).toEqual([
    "mask-value",
  ]);
  const source = new MaskedWeights(parameter, 0);
  expect(
    refusalCodes(() => {
      source.mask = new Uint8Array(5);
    }),
  ).toEqual(["mask-shape"]);
});

describe.each<LowBitFormat>(["binary", "ternary", "int4"])("searched %s weights", (format) => {
  const shape = [3, 5];
  const start = new FloatGraph(8).random(15);
  start.fill(0, 10); // a channel without weights
  const make = () => new SearchedWeights({ name: "w", shape, values: start }, 0, format);
  const read = (source: SearchedWeights) =>
    tf.tidy(() => [
      ...source.read(source.parameters.map(({ values, shape }) => tf.tensor(values, [...shape]))).dataSync(),
    ]);

  it("begin near the weights that there are", () => {
    const source = make();
    source.advance(0);
    const found = read(source);
    expect(found.every(Number.isFinite)).toBe(true);
    const far = (values: readonly number[]) =>
      values.slice(0, 10).reduce((sum, it, i) => sum + (it - start[i]) ** 2, 0);
    // The mean is at least as near as a tenth of the weights' own size.
    expect(far(found)).toBeLessThan(0.35 * far(Array(10).fill(0)));
  });

  it("are the format's values times a scale in the end, and only scales are trained then", () => {
    const source = make();
    source.advance(0.5);
    expect(source.parameters).toHaveLength(2);
    source.advance(0.7);
    expect(source.parameters.map(({ name }) => name)).toEqual(["w/scales"]);
    const found = read(source);
    expect(found).toEqual([...source.value()]);
    found.forEach((value, i) => {
      const scale = source.scales[Math.floor(i / 5)];
      expect(LOW_BIT_VALUES[format].map((it) => Math.fround(it * scale))).toContain(value);
    });
  });

  it("turn around with a negative factor", () => {
    for (const progress of [0.3, 1]) {
      const source = make();
      source.advance(progress);
      const before = read(source);
      source.scale(Float32Array.of(-2, 0.5, -1));
      const wanted = before.map((it, i) => it * [-2, 0.5, -1][Math.floor(i / 5)]);
      read(source).forEach((value, i) => {
        expect(value).toBeCloseTo(wanted[i], 5);
      });
    }
  });
});
