/** Random graphs of convolutions, sums and a last operator: what planes are made for, and what is hard for them. */
import fc from "fast-check";
import type { Activation } from "../../codegen/arithmetic/activation.js";
import { elements, type Graph, type Tensor, type TensorId } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import type { ReferenceTensor } from "../reference/tensor.js";
import {
  activation,
  factor,
  filling,
  integers,
  padding,
  quantization,
  real,
  size,
  zeroPoint,
} from "../support/arbitraries.js";
import { encode, perTensor, type TensorSpec } from "../support/graph-builder.js";
import { biasTensor, filter, wideBias } from "../support/weights.js";
import { fits } from "../support/windows.js";

/** Weights that are hard for lanes: both ends, zeros, and equal magnitudes. */
const EXTREME_WEIGHTS = [-128, -127, -1, 0, 0, 0, 1, 64, 127];

const filterWeights = fc.record({
  perChannel: fc.boolean(),
  scale: factor(-14, -2),
  spread: factor(-2, 2),
  /** How far outputs reach, where 1 is about the whole range: saturated, or nearly always the zero point. */
  gain: fc.oneof(
    { weight: 12, arbitrary: real(0.3, 3) },
    { weight: 1, arbitrary: factor(-20, -4) },
    { weight: 1, arbitrary: factor(2, 9) },
  ),
  zeroPoint: fc.oneof(fc.constant(-128), zeroPoint),
  fill: filling,
  isExtreme: fc.boolean(),
  bias: fc.option(fc.record({ fill: filling, bits: size(14) })),
});

const kernel: fc.Arbitrary<readonly number[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([1, 1]) },
  { weight: 3, arbitrary: fc.constant([3, 3]) },
  { weight: 4, arbitrary: fc.tuple(size(5), size(5)) },
  { weight: 1, arbitrary: fc.constant([10, 4]) },
);

const squared = (size: number): [number, number] => [size, size];
const stride = fc.constantFrom(1, 1, 1, 2, 3);
const dilation = fc.constantFrom(1, 1, 1, 2);

const convolution = fc.record({
  /** A depthwise one's outputs are as many for each input; `sum` is a convolution that keeps its shape, and an ADD. */
  kind: fc.constantFrom("conv", "conv", "depthwise", "depthwise", "sum", "sum"),
  outputs: size(7),
  depthMultiplier: fc.constantFrom(1, 1, 1, 2, 3),
  kernel,
  /** A PAD before it: rows above and below, columns left and right. */
  pad: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.tuple(size(2, 0), size(2, 0), size(2, 0), size(2, 0)) },
  ),
  strides: fc.tuple(stride, stride),
  dilations: fc.tuple(dilation, dilation),
  padding,
  activation,
  weights: filterWeights,
  sum: fc.record({
    kind: fc.constantFrom("ADD" as const, "ADD" as const, "SUB" as const),
    activation,
    zeroPoint,
    gain: real(0.5, 2),
    /** Which of the tensors of this shape is the other operand, and whether it comes first. */
    other: fc.nat(3),
    isOtherFirst: fc.boolean(),
  }),
  /** What comes after it. */
  after: fc.constantFrom(
    "nothing",
    "nothing",
    "nothing",
    "RELU",
    "RELU6",
    "LEAKY_RELU",
    "MAX_POOL_2D",
    "AVERAGE_POOL_2D",
  ),
  rescaling: fc.record({ gain: real(0.5, 2), zeroPoint }),
  pool: fc.record({
    window: fc.oneof(fc.constant(2).map(squared), fc.constant(3).map(squared), fc.tuple(size(4), size(5))),
    strides: fc.oneof(fc.constant(2).map(squared), fc.tuple(size(3), size(3))),
    padding,
    activation: fc.oneof(
      { weight: 3, arbitrary: fc.constant("NONE" as const) },
      { weight: 1, arbitrary: activation },
    ),
  }),
  /** Whether what it makes is an output of the graph, too. */
  isOutput: fc.nat(9).map((n) => n === 0),
});

export const planesCase = fc.record({
  height: fc.oneof({ weight: 6, arbitrary: size(13) }, { weight: 1, arbitrary: size(40) }),
  width: fc.oneof({ weight: 6, arbitrary: size(13) }, { weight: 1, arbitrary: size(24) }),
  depth: size(4),
  quantization,
  fill: filling,
  convolutions: fc.array(convolution, { minLength: 1, maxLength: 4 }),
  end: fc.constantFrom("plain", "plain", "average", "dense"),
  dense: filterWeights,
});

export type PlanesCase = typeof planesCase extends fc.Arbitrary<infer T> ? T : never;
type Convolution = PlanesCase["convolutions"][number];
export type FilterWeights = Convolution["weights"];

/** The case without what planes of int16 do not take. */
export function withoutSums(it: PlanesCase): PlanesCase {
  const kind = (given: Convolution["kind"]) => (given === "sum" ? "conv" : given);
  const plain = (given: Convolution) => ({ ...given, kind: kind(given.kind), after: "nothing" as const });
  return { ...it, convolutions: it.convolutions.map(plain) };
}

export interface PlanesModel {
  readonly graph: Graph;
  /** Values, or where these are int16 their bytes. */
  readonly input: readonly number[];
}

/** A tensor that operators may read. */
export interface Made {
  readonly id: TensorId;
  readonly shape: readonly number[];
  readonly scale: number;
  readonly zeroPoint: number;
}

/** Builds a graph operator by operator. */
export class Builder {
  readonly tensors: Tensor[] = [];
  readonly ops: Op[] = [];
  readonly made: Made[] = [];
  readonly #isWide: boolean;

  /** @param isWide whether activations are int16, with zero points of 0 whatever is asked for */
  constructor(isWide = false) {
    this.#isWide = isWide;
  }

  constant({ dtype, shape, values, quantization }: TensorSpec & Pick<ReferenceTensor, "values">): TensorId {
    const tensor = { name: `constant${this.tensors.length}`, dtype, shape, data: encode(values, dtype) };
    return this.tensors.push({ ...tensor, ...(quantization && { quantization }) }) - 1;
  }

  make(shape: readonly number[], scale: number, given: number): Made {
    const name = `tensor${this.tensors.length}`;
    const zeroPoint = this.#isWide ? 0 : given;
    const dtype = this.#isWide ? "int16" : "int8";
    const tensor: Tensor = { name, dtype, shape, quantization: perTensor(scale, zeroPoint) };
    const made = { id: this.tensors.push(tensor) - 1, shape, scale, zeroPoint };
    this.made.push(made);
    return made;
  }

  op(
    kind: Op["kind"],
    attributes: object,
    inputs: readonly (TensorId | null)[],
    shape: readonly number[],
    { scale, zeroPoint }: { scale: number; zeroPoint: number },
  ): Made {
    const output = this.make(shape, scale, zeroPoint);
    const name = `op${this.ops.length}`;
    this.ops.push({ kind, name, inputs, outputs: [output.id], attributes } as unknown as Op);
    return output;
  }

  /** An operator with weights. @param terms how many products each of its sums has */
  weighted(
    kind: Op["kind"],
    attributes: object,
    input: Made,
    filterShape: readonly number[],
    axis: number,
    shape: readonly number[],
    given: FilterWeights,
  ): Made {
    const terms = elements(filterShape) / filterShape[axis];
    const weights = { ...given, multiplier: Math.fround(given.gain / (74 * Math.sqrt(terms))) };
    const symmetric = filter(filterShape, axis, weights);
    const values = given.isExtreme
      ? integers(given.fill, symmetric.values.length, 0, 0, EXTREME_WEIGHTS.length - 1).map(
          (i) => EXTREME_WEIGHTS[i],
        )
      : symmetric.values;
    const from = { ...input, values: [], scales: [input.scale] };
    const narrow = biasTensor(from, symmetric, filterShape[axis], weights);
    const { bias, output } = this.#isWide ? wideBias(narrow) : narrow;
    const operands = [input.id, this.constant({ ...symmetric, values }), bias && this.constant(bias)];
    return this.op(kind, attributes, operands, shape, output);
  }
}

export function windowed(
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: string,
): number {
  return Math.ceil((padding === "SAME" ? size : size - (kernel - 1) * dilation) / stride);
}

/** Real zeros around an image, or a value. */
export function padded(
  builder: Builder,
  input: Made,
  [top, bottom, left, right]: readonly number[],
  value?: number,
): Made {
  const [, height, width, depth] = input.shape;
  const values = [0, 0, top, bottom, left, right, 0, 0];
  const paddings = builder.constant({ dtype: "int32", shape: [4, 2], values });
  const shape = [1, top + height + bottom, left + width + right, depth];
  if (value === undefined) return builder.op("PAD", {}, [input.id, paddings], shape, input);
  const quantization = perTensor(input.scale, input.zeroPoint);
  const constant = builder.constant({ dtype: "int8", shape: [1], values: [value], quantization });
  return builder.op("PADV2", {}, [input.id, paddings, constant], shape, input);
}

function convolve(builder: Builder, given: Made, it: Convolution): Made {
  const input = it.pad && it.kind !== "sum" ? padded(builder, given, it.pad) : given;
  const isSum = it.kind === "sum";
  const isDepthwise = it.kind === "depthwise";
  const [, height, width, depth] = input.shape;
  const [dilationHeight, dilationWidth] = it.dilations;
  const window = { dilationHeight, dilationWidth, padding: it.padding };
  const padding = isSum || !fits(input.shape, it.kernel, window) ? "SAME" : it.padding;
  const [strideHeight, strideWidth] = isSum ? [1, 1] : it.strides;
  const depthMultiplier = depth * it.depthMultiplier > 8 ? 1 : it.depthMultiplier;
  const channels = isDepthwise ? depth * depthMultiplier : isSum ? depth : it.outputs;
  const shape = [
    1,
    windowed(height, it.kernel[0], strideHeight, dilationHeight, padding),
    windowed(width, it.kernel[1], strideWidth, dilationWidth, padding),
    channels,
  ];
  const { activation } = it;
  const attributes = { strideHeight, strideWidth, dilationHeight, dilationWidth, padding, activation };
  return isDepthwise
    ? builder.weighted(
        "DEPTHWISE_CONV_2D",
        { ...attributes, depthMultiplier },
        input,
        [1, ...it.kernel, channels],
        3,
        shape,
        it.weights,
      )
    : builder.weighted("CONV_2D", attributes, input, [channels, ...it.kernel, depth], 0, shape, it.weights);
}

/** Adds or subtracts a tensor that was made before, of the same shape. */
function addTo(builder: Builder, made: Made, { sum }: Convolution): Made {
  const others = builder.made.filter(({ shape }) => shape.join() === made.shape.join());
  const other = others[others.length - 1 - (sum.other % others.length)];
  const operands = sum.isOtherFirst ? [other.id, made.id] : [made.id, other.id];
  const scale = Math.fround(Math.max(made.scale, other.scale) * sum.gain);
  const { activation, zeroPoint } = sum;
  return builder.op(sum.kind, { activation }, operands, made.shape, { scale, zeroPoint });
}

/** A function of each element, or a pool. */
function afterwards(builder: Builder, input: Made, { after, rescaling, pool }: Convolution): Made {
  const { gain, zeroPoint } = rescaling;
  if (after === "RELU")
    return builder.op(after, {}, [input.id], input.shape, {
      scale: Math.fround(input.scale * gain),
      zeroPoint,
    });
  if (after === "LEAKY_RELU") {
    const scale = Math.fround(input.scale * gain);
    return builder.op(after, { alpha: 0.1 * gain }, [input.id], input.shape, { scale, zeroPoint });
  }
  if (after === "RELU6") return builder.op(after, {}, [input.id], input.shape, input);
  if (after !== "MAX_POOL_2D" && after !== "AVERAGE_POOL_2D") return input;
  const { window, activation } = pool;
  const padding = fits(input.shape, window, { padding: pool.padding }) ? pool.padding : "SAME";
  const [strideHeight, strideWidth] = pool.strides;
  const [, height, width, channels] = input.shape;
  const shape = [
    1,
    windowed(height, window[0], strideHeight, 1, padding),
    windowed(width, window[1], strideWidth, 1, padding),
    channels,
  ];
  const [filterHeight, filterWidth] = window;
  const attributes = { filterHeight, filterWidth, strideHeight, strideWidth, padding, activation };
  return builder.op(after, attributes, [input.id], shape, input);
}

function globalAverage(builder: Builder, input: Made, activation: Activation): Made {
  const [, filterHeight, filterWidth, channels] = input.shape;
  const window = { filterHeight, filterWidth, strideHeight: 1, strideWidth: 1, padding: "VALID" };
  return builder.op("AVERAGE_POOL_2D", { ...window, activation }, [input.id], [1, 1, 1, channels], input);
}

/** A dense layer over all elements, which come to it in their order as NHWC. */
function dense(builder: Builder, input: Made, weights: FilterWeights): Made {
  const length = elements(input.shape);
  const row = builder.op("RESHAPE", { newShape: [1, length] }, [input.id], [1, length], input);
  const attributes = { activation: "NONE", keepDims: false };
  return builder.weighted("FULLY_CONNECTED", attributes, row, [3, length], 0, [1, 3], weights);
}

/** @param isWide whether activations are int16 */
export function planesModel(it: PlanesCase, isWide = false): PlanesModel {
  const builder = new Builder(isWide);
  const { scale, zeroPoint } = it.quantization;
  const input = builder.make([1, it.height, it.width, it.depth], scale, zeroPoint);
  const outputs = new Set<TensorId>();
  let last = input;
  for (const convolution of it.convolutions) {
    last = convolve(builder, last, convolution);
    if (convolution.isOutput) outputs.add(last.id);
    if (convolution.kind === "sum") last = addTo(builder, last, convolution);
    last = afterwards(builder, last, convolution);
  }
  if (it.end === "average") last = globalAverage(builder, last, it.convolutions[0].activation);
  if (it.end === "dense") last = dense(builder, last, it.dense);
  outputs.add(last.id);
  const { tensors, ops } = builder;
  const graph = { name: "planes", tensors, ops, inputs: [input.id], outputs: [...outputs], variables: [] };
  const length = elements(input.shape);
  const values = () => integers(it.fill, length, 0, -32768, 32767);
  return { graph, input: isWide ? [...encode(values(), "int16")] : integers(it.fill, length, zeroPoint) };
}
