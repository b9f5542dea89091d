import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FloatModel } from "../../codegen/float/execute.js";
import type { AttributesOf, OpKind } from "../../codegen/graph/op.js";
import { activation, padding, size } from "../support/arbitraries.js";
import { FloatGraph } from "../support/float-graph.js";
import { activated, at, type Indexed, sum, tabulate, windows } from "./naive.js";
import { relativeError } from "./relative-error.js";

const RUNS = 150;

/** float64 sums rounded once; transcendental functions may differ in their last bit. */
const TOLERANCE = 2e-7;

/** One operator on random inputs, the first of them fed and the others constant. */
function experiment<K extends OpKind>(
  seed: number,
  kind: K,
  attributes: AttributesOf<K>,
  shapes: readonly (readonly number[])[],
  expected: (...inputs: Indexed[]) => Float32Array,
): void {
  const build = new FloatGraph(seed);
  const inputs = shapes.map((shape) => ({
    shape,
    values: build.random(shape.reduce((a, b) => a * b, 1)).map((x) => 4 * x),
  }));
  const ids = inputs.map(({ shape, values }, i) =>
    i === 0 ? build.input(shape) : build.constant(shape, values),
  );
  const output = build.op(kind, attributes, ...ids);
  const found = new FloatModel(build.graph([output])).run([inputs[0].values]).get(output)!;
  expect(relativeError(found, expected(...inputs))).toBeLessThan(TOLERANCE);
}

const seed = fc.integer({ min: 1, max: 2 ** 30 });
const check = <T>(cases: fc.Arbitrary<T>, run: (it: T) => void) =>
  fc.assert(fc.property(fc.noBias(cases), run), { seed: 7, numRuns: RUNS });

const image = fc.tuple(size(2), size(9), size(9), size(5));
const window = fc.record({
  padding,
  strideHeight: size(3),
  strideWidth: size(3),
  dilationHeight: size(2),
  dilationWidth: size(2),
  activation,
});

/** Whether a filter without padding fits into the input. */
const fits = (shape: readonly number[], [h, w]: readonly number[], dilations = [1, 1]) =>
  (h - 1) * dilations[0] < shape[1] && (w - 1) * dilations[1] < shape[2];

describe("float operators against their definitions", () => {
  it("CONV_2D and DEPTHWISE_CONV_2D", () => {
    const cases = fc.record({
      seed,
      shape: image,
      window,
      filter: fc.tuple(size(3), size(3)),
      depth: size(4),
      multiplier: size(3),
      bias: fc.boolean(),
    });
    check(cases, ({ seed, shape, window, filter, depth, multiplier, bias }) => {
      const [batches, , , channels] = shape;
      if (!fits(shape, filter, [window.dilationHeight, window.dilationWidth])) return;
      const { height, width, taps } = windows(shape, filter, window);
      const shift = (b: Indexed | undefined, channel: number) => (b ? at(b, channel) : 0);
      const biases = (count: number) => (bias ? [[count]] : []);
      experiment(
        seed,
        "CONV_2D",
        window,
        [shape, [depth, ...filter, channels], ...biases(depth)],
        (x, w, b) =>
          tabulate([batches, height, width, depth], (n, oy, ox, c) => {
            const inputs = [...Array(channels).keys()];
            const terms = taps(oy, ox).flatMap(({ fy, fx, y, xx }) =>
              inputs.map((i) => at(x, n, y, xx, i) * at(w, c, fy, fx, i)),
            );
            return activated(sum(terms) + shift(b, c), window.activation);
          }),
      );
      const attributes = { ...window, depthMultiplier: multiplier };
      const outputs = channels * multiplier;
      const weights = [1, ...filter, outputs];
      experiment(seed, "DEPTHWISE_CONV_2D", attributes, [shape, weights, ...biases(outputs)], (x, w, b) =>
        tabulate([batches, height, width, outputs], (n, oy, ox, c) => {
          const i = Math.floor(c / multiplier);
          const terms = taps(oy, ox).map(({ fy, fx, y, xx }) => at(x, n, y, xx, i) * at(w, 0, fy, fx, c));
          return activated(sum(terms) + shift(b, c), window.activation);
        }),
      );
    });
  });

  it("TRANSPOSE_CONV is the convolution's transpose", () => {
    const cases = fc.record({
      seed,
      shape: image,
      window,
      filter: fc.tuple(size(4), size(4)),
      depth: size(3),
    });
    check(cases, ({ seed, shape, window, filter, depth }) => {
      if (!fits(shape, filter)) return;
      const { padding, strideHeight, strideWidth, activation } = window;
      // What a convolution makes of the output is an input of the transpose.
      const { height, width, taps } = windows(shape, filter, { padding, strideHeight, strideWidth });
      const [batches, , , outputDepth] = shape;
      const weights = [outputDepth, ...filter, depth];
      const build = new FloatGraph(seed);
      const [x, w] = [[batches, height, width, depth], weights].map((dims) => ({
        shape: dims,
        values: build.random(dims.reduce((a, b) => a * b, 1)),
      }));
      const bias = { shape: [outputDepth], values: build.random(outputDepth) };
      const output = build.op(
        "TRANSPOSE_CONV",
        { padding, strideHeight, strideWidth, activation },
        build.indexes(shape),
        build.constant(weights, w.values),
        build.input(x.shape),
        build.constant([outputDepth], bias.values),
      );
      const found = new FloatModel(build.graph([output])).run([x.values]).get(output)!;
      const sums = new Map<string, number>();
      tabulate(x.shape, (n, iy, ix, i) => {
        for (const { fy, fx, y, xx } of taps(iy, ix))
          for (let c = 0; c < outputDepth; c++) {
            const key = [n, y, xx, c].join();
            sums.set(key, (sums.get(key) ?? 0) + at(x, n, iy, ix, i) * at(w, c, fy, fx, i));
          }
        return 0;
      });
      const expected = tabulate(shape, (...index) =>
        activated((sums.get(index.join()) ?? 0) + at(bias, index[3]), activation),
      );
      expect(relativeError(found, expected)).toBeLessThan(TOLERANCE);
    });
  });

  it("MAX_POOL_2D and AVERAGE_POOL_2D", () => {
    check(fc.record({ seed, shape: image, window, filter: fc.tuple(size(4), size(4)) }), (it) => {
      const { padding, strideHeight, strideWidth, activation } = it.window;
      const [filterHeight, filterWidth] = it.filter;
      if (!fits(it.shape, it.filter)) return;
      const attributes = { padding, strideHeight, strideWidth, activation, filterHeight, filterWidth };
      const { height, width, taps } = windows(it.shape, it.filter, { padding, strideHeight, strideWidth });
      const [batches, rows, columns, channels] = it.shape;
      const pooled = (x: Indexed, pool: (values: number[]) => number) =>
        tabulate([batches, height, width, channels], (n, oy, ox, c) => {
          const inside = taps(oy, ox).filter(({ y, xx }) => y >= 0 && y < rows && xx >= 0 && xx < columns);
          return activated(pool(inside.map(({ y, xx }) => at(x, n, y, xx, c))), activation);
        });
      experiment(it.seed, "MAX_POOL_2D", attributes, [it.shape], (x) => pooled(x, (all) => Math.max(...all)));
      experiment(it.seed, "AVERAGE_POOL_2D", attributes, [it.shape], (x) =>
        pooled(x, (all) => sum(all) / all.length),
      );
    });
  });

  it("FULLY_CONNECTED", () => {
    check(fc.record({ seed, rows: size(3), length: size(20), depth: size(6), activation }), (it) => {
      const attributes = { activation: it.activation, keepDims: it.rows === 2 };
      const shapes = [[it.rows, it.length], [it.depth, it.length], [it.depth]];
      experiment(it.seed, "FULLY_CONNECTED", attributes, shapes, (x, w, b) =>
        tabulate([it.rows, it.depth], (row, c) => {
          const terms = [...Array(it.length).keys()].map((i) => at(x, row, i) * at(w, c, i));
          return activated(sum(terms) + at(b, c), it.activation);
        }),
      );
    });
  });

  it.each([
    ["ADD", (a: number, b: number) => a + b],
    ["SUB", (a: number, b: number) => a - b],
    ["MUL", (a: number, b: number) => a * b],
    ["DIV", (a: number, b: number) => a / b],
    ["MAXIMUM", (a: number, b: number) => (a < b ? b : a)],
    ["MINIMUM", (a: number, b: number) => (a < b ? a : b)],
  ] as const)("%s, with broadcasting on either side", (kind, compute) => {
    const axis = fc.record({ size: size(4), a: fc.boolean(), b: fc.boolean() });
    const axes = fc.array(axis, { minLength: 1, maxLength: 4 });
    check(
      fc.record({ seed, axes, activation, dropped: fc.nat(3) }),
      ({ seed, axes, activation, dropped }) => {
        const first = axes.map(({ size, a }) => (a ? size : 1));
        const second = axes
          .map(({ size, a, b }) => (b || !a ? size : 1))
          .slice(Math.min(dropped, axes.length - 1));
        const rest = axes.length - second.length;
        const shape = first.map((n, i) => Math.max(n, second[i - rest] ?? 1));
        const pickFrom = (from: Indexed, index: readonly number[]) =>
          at(
            from,
            ...index.slice(index.length - from.shape.length).map((i, j) => (from.shape[j] === 1 ? 0 : i)),
          );
        const bounded = kind === "MAXIMUM" || kind === "MINIMUM" ? "NONE" : activation;
        const attributes = { activation: bounded } as AttributesOf<typeof kind>;
        experiment(seed, kind, attributes, [first, second], (a, b) =>
          tabulate(shape, (...index) => activated(compute(pickFrom(a, index), pickFrom(b, index)), bounded)),
        );
      },
    );
  });

  it.each([
    ["RELU", {}, (x: number) => (x > 0 ? x : 0)],
    ["RELU6", {}, (x: number) => (x > 6 ? 6 : x > 0 ? x : 0)],
    ["LEAKY_RELU", { alpha: 0.3 }, (x: number) => (x > 0 ? x : 0.3 * x)],
    ["LOGISTIC", {}, (x: number) => Math.exp(x) / (1 + Math.exp(x))],
    ["TANH", {}, (x: number) => (Math.exp(2 * x) - 1) / (Math.exp(2 * x) + 1)],
    ["HARD_SWISH", {}, (x: number) => (x < -3 ? 0 : x > 3 ? x : (x * x + 3 * x) / 6)],
  ] as const)("%s", (kind, attributes, compute) => {
    experiment(5, kind, attributes as never, [[500]], (x) => tabulate([500], (i) => compute(at(x, i))));
  });

  it("SOFTMAX and MEAN", () => {
    check(fc.record({ seed, shape: image, keepDims: fc.boolean(), beta: fc.constantFrom(1, 0.5) }), (it) => {
      const [n, h, w, c] = it.shape;
      experiment(it.seed, "SOFTMAX", { beta: it.beta }, [it.shape], (x) =>
        tabulate(it.shape, (b, y, xx, i) => {
          const powers = [...Array(c).keys()].map((k) =>
            Math.exp(it.beta * (at(x, b, y, xx, k) - at(x, b, y, xx, i))),
          );
          return 1 / sum(powers);
        }),
      );
      const build = new FloatGraph(it.seed);
      const output = build.op(
        "MEAN",
        { keepDims: it.keepDims },
        build.input(it.shape),
        build.indexes([-2, 1]),
      );
      const x = { shape: it.shape, values: build.random(n * h * w * c) };
      const found = new FloatModel(build.graph([output])).run([x.values]).get(output)!;
      const pixels = [...Array(h * w).keys()];
      const expected = tabulate(
        [n, c],
        (b, i) => sum(pixels.map((p) => at(x, b, Math.floor(p / w), p % w, i))) / (h * w),
      );
      expect(relativeError(found, expected)).toBeLessThan(TOLERANCE);
    });
  });
});
