/** Operators on TensorFlow.js against float operators, in what they give and in their gradients. */
import fc from "fast-check";
import { beforeAll, describe, it } from "vitest";
import { useWasm } from "../../../../codegen/compress/train/backend/wasm.js";
import type { AttributesOf } from "../../../../codegen/graph/op.js";
import { activation, padding, size } from "../../../support/arbitraries.js";
import { FloatGraph } from "../../../support/float-graph.js";
import { fits } from "../../../support/windows.js";
import { expectDifferentiable } from "./check.js";

beforeAll(useWasm);

const RUNS = 60;
const seed = fc.integer({ min: 1, max: 2 ** 20 });
const samples = size(3);
const image = fc.tuple(fc.constant(1), size(9), size(9), size(5));
const window = fc.record({
  padding,
  strideHeight: size(3),
  strideWidth: size(3),
  dilationHeight: size(3),
  dilationWidth: size(2),
  activation,
});
const filter = fc.tuple(size(4), size(4));

const check = <T>(cases: fc.Arbitrary<T>, run: (it: T) => void) =>
  fc.assert(fc.property(fc.noBias(cases), run), { numRuns: RUNS });

describe("windows", () => {
  /** Rows and columns of zeros that a pass has moved from a PAD into a convolution. */
  const around = fc.option(fc.tuple(size(4, 0), size(4, 0), size(2, 0), size(3, 0)), { nil: undefined });

  it("CONV_2D", () => {
    const cases = fc.record({
      seed,
      samples,
      shape: image,
      window,
      filter,
      around,
      depth: size(4),
      bias: fc.boolean(),
    });
    check(cases, ({ seed, samples, shape, window, filter, around, depth, bias }) => {
      if (!fits(shape, filter, window)) return;
      const build = new FloatGraph(seed);
      const biases = bias ? [build.constant([depth])] : [];
      const weights = build.constant([depth, ...filter, shape[3]]);
      const attributes = { ...window, ...(around && { around }) };
      const output = build.op("CONV_2D", attributes, build.input(shape), weights, ...biases);
      expectDifferentiable(build.graph([output]), samples, seed);
    });
  });

  it("DEPTHWISE_CONV_2D", () => {
    const cases = fc.record({
      seed,
      samples,
      shape: image,
      window,
      filter,
      around,
      depthMultiplier: fc.constantFrom(1, 1, 2, 3),
      bias: fc.boolean(),
    });
    check(cases, ({ seed, samples, shape, window, filter, around, depthMultiplier, bias }) => {
      if (!fits(shape, filter, window)) return;
      const build = new FloatGraph(seed);
      const outputs = shape[3] * depthMultiplier;
      const biases = bias ? [build.constant([outputs])] : [];
      const weights = build.constant([1, ...filter, outputs]);
      const attributes = { ...window, depthMultiplier, ...(around && { around }) };
      const output = build.op("DEPTHWISE_CONV_2D", attributes, build.input(shape), weights, ...biases);
      expectDifferentiable(build.graph([output]), samples, seed);
    });
  });

  it("TRANSPOSE_CONV, also of inputs that are larger or smaller than those of its convolution", () => {
    const cases = fc.record({
      seed,
      samples,
      shape: image,
      input: image,
      window,
      filter,
      bias: fc.boolean(),
    });
    check(cases, ({ seed, samples, shape, input, window, filter, bias }) => {
      const { padding, strideHeight, strideWidth, activation } = window;
      if (!fits(shape, filter, { padding })) return;
      const build = new FloatGraph(seed);
      const biases = bias ? [build.constant([shape[3]])] : [];
      const output = build.op(
        "TRANSPOSE_CONV",
        { padding, strideHeight, strideWidth, activation },
        build.indexes(shape),
        build.constant([shape[3], ...filter, input[3]]),
        build.input(input),
        ...biases,
      );
      expectDifferentiable(build.graph([output]), samples, seed);
    });
  });

  it.each(["AVERAGE_POOL_2D", "MAX_POOL_2D"] as const)("%s", (kind) => {
    check(
      fc.record({ seed, samples, shape: image, window, filter }),
      ({ seed, samples, shape, window, filter }) => {
        const { padding, strideHeight, strideWidth, activation } = window;
        if (!fits(shape, filter, { padding })) return;
        const build = new FloatGraph(seed);
        const [filterHeight, filterWidth] = filter;
        const attributes = { padding, strideHeight, strideWidth, activation, filterHeight, filterWidth };
        const output = build.op(kind, attributes, build.input(shape));
        expectDifferentiable(build.graph([output]), samples, seed);
      },
    );
  });
});

it("FULLY_CONNECTED", () => {
  const cases = fc.record({
    seed,
    samples,
    rows: size(3),
    length: size(20),
    depth: size(6),
    activation,
    bias: fc.boolean(),
  });
  check(cases, ({ seed, samples, rows, length, depth, activation, bias }) => {
    const build = new FloatGraph(seed);
    const shape = rows === 1 ? [1, length] : [1, rows, length];
    const biases = bias ? [build.constant([depth])] : [];
    const attributes = { activation, keepDims: rows > 1 };
    const output = build.op(
      "FULLY_CONNECTED",
      attributes,
      build.input(shape),
      build.constant([depth, length]),
      ...biases,
    );
    expectDifferentiable(build.graph([output]), samples, seed);
  });
});

describe("two operands", () => {
  const shape = fc.array(size(4), { minLength: 1, maxLength: 3 }).map((rest) => [1, ...rest]);
  const broadcast = fc.record({
    shape,
    ones: fc.nat(15),
    dropped: fc.nat(2),
    first: fc.boolean(),
    constant: fc.boolean(),
  });

  it.each(["ADD", "SUB", "MUL", "DIV", "MAXIMUM", "MINIMUM"] as const)("%s", (kind) => {
    const cases = fc.record({ seed, samples, broadcast, activation });
    check(cases, ({ seed, samples, broadcast: { shape, ones, dropped, first, constant }, activation }) => {
      const smaller = shape.map((size, axis) => ((ones >> axis) & 1 ? 1 : size));
      const build = new FloatGraph(seed);
      const x = build.input(shape);
      // A constant may lack dimensions; what is computed begins with its batch.
      const lacking = smaller.slice(Math.min(dropped, shape.length - 1));
      // Divisors keep away from 0.
      const positive = (length: number) => build.random(length).map((value) => value + (value < 0 ? -1 : 1));
      const rest = constant ? lacking : [1, ...lacking.slice(1)];
      const y = constant
        ? build.constant(rest, positive(rest.reduce((a, b) => a * b, 1)))
        : build.op(
            "ADD",
            { activation: "NONE" },
            build.op("LOGISTIC", {}, build.input(rest)),
            build.constant([], [1]),
          );
      const attributes = kind === "MAXIMUM" || kind === "MINIMUM" ? {} : { activation };
      const operands = first && kind !== "DIV" ? [y, x] : [x, y];
      const output = build.op(kind, attributes as AttributesOf<typeof kind>, ...operands);
      expectDifferentiable(build.graph([output]), samples, seed);
    });
  });
});

it.each([
  ["RELU", {}],
  ["RELU6", {}],
  ["LEAKY_RELU", { alpha: 0.3 }],
  ["LEAKY_RELU", { alpha: 1.5 }],
  ["LOGISTIC", {}],
  ["TANH", {}],
  ["HARD_SWISH", {}],
] as const)("%s %j", (kind, attributes) => {
  // HARD_SWISH has no bend where differences would be taken: at 3 and −3 it turns both ways.
  const shift = fc.constantFrom(0, 5.5, -5.5);
  check(fc.record({ seed, samples, shift }), ({ seed, samples, shift }) => {
    const build = new FloatGraph(seed);
    const x = build.op("ADD", { activation: "NONE" }, build.input([1, 3, 4]), build.constant([], [shift]));
    expectDifferentiable(build.graph([build.op(kind, attributes as never, x)]), samples, seed);
  });
});

it("SOFTMAX and MEAN", () => {
  const axes = fc.subarray([0, 1, -2, 3], { minLength: 1 });
  check(
    fc.record({ seed, samples, shape: image, axes, keepDims: fc.boolean(), beta: fc.constantFrom(1, 0.5) }),
    (it) => {
      const build = new FloatGraph(it.seed);
      const x = build.input(it.shape);
      const outputs = [build.op("SOFTMAX", { beta: it.beta }, x)];
      const keepDims = it.keepDims || it.axes.includes(0);
      outputs.push(build.op("MEAN", { keepDims }, x, build.indexes(it.axes)));
      expectDifferentiable(build.graph(outputs), it.samples, it.seed);
    },
  );
});

describe("movements", () => {
  const moves: Record<string, (build: FloatGraph, x: number) => readonly number[]> = {
    RESHAPE: (build, x) => [build.op("RESHAPE", { newShape: [1, -1, 2] }, x, build.indexes([1, -1, 2]))],
    SQUEEZE: (build, x) => [
      build.op("SQUEEZE", { axes: [3] }, build.op("EXPAND_DIMS", {}, x, build.indexes([3], []))),
    ],
    "EXPAND_DIMS before the batch": (build, x) => [build.op("EXPAND_DIMS", {}, x, build.indexes([0], []))],
    TRANSPOSE: (build, x) => [build.op("TRANSPOSE", {}, x, build.indexes([0, 3, 1, 2]))],
    PAD: (build, x) => [build.op("PAD", {}, x, build.indexes([0, 0, 1, 2, 0, 1, 2, 0], [4, 2]))],
    PADV2: (build, x) => [
      build.op("PADV2", {}, x, build.indexes([0, 0, 1, 2, 0, 1, 2, 0], [4, 2]), build.constant([], [-3])),
    ],
    SLICE: (build, x) => [
      build.op("SLICE", {}, x, build.indexes([0, 1, 0, 2]), build.indexes([1, 2, -1, 2])),
    ],
    STRIDED_SLICE: (build, x) => [
      build.op(
        "STRIDED_SLICE",
        { beginMask: 1, endMask: 1, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0, offset: false },
        x,
        build.indexes([0, 2, 0, 0]),
        build.indexes([1, -9, 3, 4]),
        build.indexes([1, -1, 2, 3]),
      ),
    ],
    "SPLIT, of which one part is not used": (build, x) =>
      build.split("SPLIT", { count: 2 }, [build.indexes([3], []), x], 2).slice(1),
    SPLIT_V: (build, x) =>
      build.split("SPLIT_V", { count: 2 }, [x, build.indexes([1, 3]), build.indexes([-1], [])], 2),
    UNPACK: (build, x) => build.split("UNPACK", { axis: 1, count: 3 }, [x], 3),
    PACK: (build, x) => [build.op("PACK", { axis: 2, count: 2 }, x, build.input(build.shape(x)))],
    CONCATENATION: (build, x) => [
      build.op(
        "CONCATENATION",
        { axis: 2, activation: "NONE" },
        x,
        build.input([1, 3, 2, 4]),
        build.constant([1, 3, 1, 4]),
      ),
    ],
    "CONCATENATION of one tensor twice": (build, x) => [
      build.op("CONCATENATION", { axis: 3, activation: "NONE" }, x, x),
    ],
    RESIZE_NEAREST_NEIGHBOR: (build, x) => [
      build.op(
        "RESIZE_NEAREST_NEIGHBOR",
        { alignCorners: false, halfPixelCenters: true },
        x,
        build.indexes([7, 2]),
      ),
    ],
  };

  it.each(Object.entries(moves))("%s", (_, move) => {
    check(fc.record({ seed, samples }), ({ seed, samples }) => {
      const build = new FloatGraph(seed);
      // The squares show whether gradients come back from where values went.
      const x = build.input([1, 3, 4, 4]);
      const squares = build.op("MUL", { activation: "NONE" }, x, x);
      expectDifferentiable(build.graph(move(build, squares)), samples, seed);
    });
  });
});
