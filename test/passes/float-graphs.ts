/** Random float graphs of the operators that passes look at. */

import type { Activation } from "../../codegen/arithmetic/activation.js";
import type { Graph, TensorId } from "../../codegen/graph/graph.js";
import { FloatGraph } from "../support/float-graph.js";

const MAX_ELEMENTS = 600;

/** A graph of some ten operators, the same for the same seed; its last tensors are its outputs. */
export function randomFloatGraph(seed: number): { build: FloatGraph; graph: Graph } {
  const build = new FloatGraph(seed);
  const below = (n: number) => Math.floor(((build.random(1)[0] + 1) / 2) * n * 0.999999);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)];
  const chance = (n: number) => below(n) === 0;
  const activation = () => pick<Activation>(["NONE", "NONE", "RELU", "RELU6", "RELU_N1_TO_1"]);
  const size = () => 1 + below(4);
  const made: TensorId[] = [build.input([pick([1, 1, 2]), size(), size(), size()])];
  const shuffled = (rank: number) => {
    const axes = [...Array(rank).keys()];
    return Array.from({ length: rank }, (_, i) => axes.splice(below(rank - i), 1)[0]);
  };
  const factors = (values: number) => build.random(values).map((x) => (x < 0 ? -1 : 1) * (0.5 + Math.abs(x)));
  const constantFor = (shape: readonly number[]) => {
    const kept = shape.map((n) => (chance(2) ? n : 1)).slice(below(shape.length + 1));
    const wanted = chance(3) ? shape.slice(-1) : kept;
    return build.constant(wanted, factors(wanted.reduce((a, b) => a * b, 1)));
  };
  const image = (x: TensorId) => build.shape(x).length === 4;
  const window = () => ({
    padding: pick(["SAME", "VALID"] as const),
    strideHeight: 1 + below(2),
    strideWidth: 1 + below(2),
    activation: activation(),
  });

  const steps: ((x: TensorId) => TensorId | undefined)[] = [
    (x) => build.op("TRANSPOSE", {}, x, build.indexes(shuffled(build.shape(x).length))),
    (x) => build.op("TRANSPOSE", {}, x, build.indexes(shuffled(build.shape(x).length))),
    (x) => (image(x) ? build.op("TRANSPOSE", {}, x, build.indexes([0, 3, 1, 2])) : undefined),
    (x) => (image(x) ? build.op("TRANSPOSE", {}, x, build.indexes([0, 2, 3, 1])) : undefined),
    (x) => {
      const newShape = [...build.shape(x)];
      const axis = below(newShape.length);
      if (chance(2)) {
        const part = pick([1, 2, 3].filter((n) => newShape[axis] % n === 0));
        newShape.splice(axis, 1, newShape[axis] / part, part);
      } else if (axis > 0) newShape.splice(axis - 1, 2, newShape[axis - 1] * newShape[axis]);
      return newShape.length <= 5 ? build.op("RESHAPE", { newShape }, x) : undefined;
    },
    (x) => build.op(pick(["RELU", "RELU6", "TANH", "LOGISTIC", "HARD_SWISH"] as const), {}, x),
    (x) => build.op("LEAKY_RELU", { alpha: 0.25 }, x),
    (x) => {
      const kind = pick(["ADD", "SUB", "MUL"] as const);
      const other = constantFor(build.shape(x));
      return chance(2)
        ? build.op(kind, { activation: activation() }, x, other)
        : build.op(kind, { activation: activation() }, other, x);
    },
    (x) => build.op("DIV", { activation: activation() }, x, constantFor(build.shape(x))),
    (x) => build.op(pick(["MAXIMUM", "MINIMUM"] as const), {}, x, build.constant([], [pick([-1, 0, 1, 6])])),
    (x) => {
      const alike = made.filter((y) => build.shape(y).join() === build.shape(x).join());
      const kind = pick(["ADD", "MUL", "MAXIMUM"] as const);
      return kind === "MAXIMUM"
        ? build.op(kind, {}, x, pick(alike))
        : build.op(kind, { activation: activation() }, x, pick(alike));
    },
    (x) => {
      const alike = made.filter((y) => build.shape(y).join() === build.shape(x).join());
      const axis = below(build.shape(x).length);
      return chance(2)
        ? build.op("CONCATENATION", { axis, activation: "NONE" }, x, pick(alike))
        : build.op("PACK", { axis: axis - 1, count: 2 }, pick(alike), x);
    },
    (x) => {
      const rank = build.shape(x).length;
      const paddings = Array.from({ length: 2 * rank }, () => (chance(3) ? 1 : 0));
      return chance(2)
        ? build.op("PAD", {}, x, build.indexes(paddings, [rank, 2]))
        : build.op("PADV2", {}, x, build.indexes(paddings, [rank, 2]), build.constant([], [pick([0, 1])]));
    },
    (x) => {
      const axes = [...Array(build.shape(x).length).keys()].filter(() => chance(2));
      return build.op("MEAN", { keepDims: chance(2) }, x, build.indexes(axes.length > 0 ? axes : [-1]));
    },
    (x) => build.op("SOFTMAX", { beta: 1 }, x),
    (x) => {
      const begins = build.shape(x).map((n) => below(n));
      const sizes = build.shape(x).map((n, axis) => (chance(2) ? -1 : 1 + below(n - begins[axis])));
      return build.op("SLICE", {}, x, build.indexes(begins), build.indexes(sizes));
    },
    (x) => {
      const shape = build.shape(x);
      if (shape.length > 4) return undefined;
      const begins = shape.map((n) => below(n));
      const masks = { ellipsisMask: 0, newAxisMask: 0, offset: false };
      return build.op(
        "STRIDED_SLICE",
        {
          beginMask: below(16),
          endMask: 15,
          shrinkAxisMask: chance(2) ? 0 : 1 << below(shape.length),
          ...masks,
        },
        x,
        build.indexes(begins),
        build.indexes(shape),
        build.indexes(shape.map(() => 1 + below(2))),
      );
    },
    (x) => {
      const axis = below(build.shape(x).length);
      const count = build.shape(x)[axis];
      const parts = chance(2)
        ? build.split("SPLIT", { count }, [build.indexes([axis], []), x], count)
        : build.split("UNPACK", { axis, count }, [x], count);
      made.push(...parts);
      return undefined;
    },
    (x) => {
      const count = build.shape(x)[0];
      if (count < 2) return undefined;
      const sizes = build.indexes([1, -1]);
      made.push(...build.split("SPLIT_V", { count: 2 }, [x, sizes, build.indexes([0], [])], 2));
      return undefined;
    },
    (x) => {
      if (!image(x)) return undefined;
      const [, height, width, depth] = build.shape(x);
      const filter = [1 + below(Math.min(3, height)), 1 + below(Math.min(3, width))];
      const dilation = { dilationHeight: 1, dilationWidth: 1 };
      const bias = (channels: number) => (chance(2) ? null : build.constant([channels]));
      if (chance(2)) {
        const channels = size();
        const weights = build.constant([channels, ...filter, depth]);
        return build.op("CONV_2D", { ...window(), ...dilation }, x, weights, bias(channels));
      }
      const depthMultiplier = 1 + below(2);
      const weights = build.constant([1, ...filter, depth * depthMultiplier]);
      const attributes = { ...window(), ...dilation, depthMultiplier };
      return build.op("DEPTHWISE_CONV_2D", attributes, x, weights, bias(depth * depthMultiplier));
    },
    (x) => {
      if (!image(x)) return undefined;
      const [, height, width] = build.shape(x);
      const filter = { filterHeight: 1 + below(height), filterWidth: 1 + below(width) };
      return build.op(pick(["MAX_POOL_2D", "AVERAGE_POOL_2D"] as const), { ...window(), ...filter }, x);
    },
    (x) => {
      const shape = build.shape(x);
      const flat = chance(2) || shape.length < 2;
      const length = flat ? shape.at(-1)! : shape.slice(1).reduce((a, b) => a * b, 1);
      const rows = flat ? x : build.op("RESHAPE", { newShape: [shape[0], length] }, x);
      const weights = build.constant([size(), length]);
      return build.op(
        "FULLY_CONNECTED",
        { keepDims: flat && chance(2), activation: activation() },
        rows,
        weights,
      );
    },
  ];

  for (let step = 0; step < 12; step++) {
    const from = chance(4) ? pick(made) : made.at(-1)!;
    if (build.shape(from).length === 0) continue;
    const result = pick(steps)(from);
    if (result === undefined) continue;
    if (build.shape(result).reduce((a, b) => a * b, 1) > MAX_ELEMENTS) break;
    made.push(result);
  }
  const outputs = [...new Set([made.at(-1)!, ...(chance(4) ? [pick(made)] : [])])].filter(
    (id) => id !== made[0],
  );
  return { build, graph: build.graph(outputs.length > 0 ? outputs : [build.op("TANH", {}, made[0])]) };
}
