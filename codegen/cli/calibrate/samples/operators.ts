/** Operators by their shapes. */
import { type DType, elements } from "../../../graph/graph.js";
import { randomInt8s } from "../random.js";
import { perTensor, type Sample, type Spec, sample } from "./sample.js";

/** Activations that there are kernels for. */
export type Activations = "int8" | "int16";

/** Activations of a shape, as outputs with a scale and zero point of their own. */
function activations(dtype: Activations, shape: readonly number[], scale?: number, zeroPoint = 0): Spec {
  if (scale === undefined) return { shape, dtype };
  return {
    shape,
    dtype,
    quantization: dtype === "int8" ? perTensor(scale, zeroPoint) : perTensor(scale / 16, 0),
  };
}

/** Weights, and a bias in int32 or int64. */
type WeightsOf = (shape: readonly number[], channels: number) => Spec[];

function weightsOf(type: Activations, dtype: "int8" | "int16", bits: number): WeightsOf {
  const step = dtype === "int8" ? 1 : 256;
  return (shape, channels) => {
    const values = randomInt8s(elements(shape)).map((value) => step * ((value >> (8 - bits)) << (8 - bits)));
    const bias = randomInt8s(channels).map((value) => 16 * step * value);
    return [
      { shape, dtype, values, quantization: perTensor(0.01 / step, 0) },
      { shape: [channels], dtype: type === "int8" ? "int32" : "int64", values: bias },
    ];
  };
}

const int32 = (...values: number[]): Spec => ({ shape: [values.length], dtype: "int32", values });

type Window = readonly [
  input: readonly [height: number, width: number, depth: number],
  filter: readonly [height: number, width: number],
  stride?: number,
  padding?: "SAME" | "VALID",
  dilation?: number,
];

function windowOf([[height, width], filter, stride = 1, padding = "SAME", dilation = 1]: Window) {
  const [outputHeight, outputWidth] = [height, width].map((size, axis) =>
    Math.ceil((padding === "SAME" ? size : size - (filter[axis] - 1) * dilation) / stride),
  );
  const attributes = { strideHeight: stride, strideWidth: stride, padding, activation: "NONE" } as const;
  const dilated = { ...attributes, dilationHeight: dilation, dilationWidth: dilation };
  return { attributes, dilated, positions: [outputHeight, outputWidth] };
}

/** The operators that have a kernel for int8 and one for int16. @param bits weights have 2^bits different values */
export function operatorsOf(type: Activations, weightType: "int8" | "int16" = "int8", bits = 8) {
  const weights = weightsOf(type, weightType, bits);
  return {
    conv2d: (window: Window, depth: number) => conv2d(type, weights, window, depth),
    transposed: (window: Window, depth: number) => transposed(type, weights, window, depth),
    depthwise: (window: Window, multiplier?: number) => depthwise(type, weights, window, multiplier),
    pool: (kind: "AVERAGE_POOL_2D" | "MAX_POOL_2D", window: Window) => pool(type, kind, window),
    dense: (batches: number, inputs: number, outputs: number) =>
      dense(type, weights, batches, inputs, outputs),
    mean: (shape: readonly number[], axes: readonly number[]) => mean(type, shape, axes),
    softmax: (rows: number, depth: number) => softmax(type, rows, depth),
    pairs: (kind: "ADD" | "MUL" | "MAXIMUM" | "MINIMUM") => pairs(type, kind),
  };
}

/** Layers whose weights are 8-bit floats, with activations of the same format or int8. */
export function float8Sums(activations: DType, format: "float8e4m3" | "float8e5m2"): Sample[] {
  const bits = format === "float8e4m3" ? 9 : 16;
  const scale = perTensor(activations === "int8" ? 0.1 : 2 ** -bits, 0);
  const input = (shape: readonly number[]): Spec => ({ shape, dtype: activations, quantization: scale });
  const weights = (shape: readonly number[], channels: number): Spec[] => [
    { shape, dtype: format, values: randomFloat8s(elements(shape)), quantization: perTensor(2 ** -bits, 0) },
    { shape: [channels], dtype: "float32", values: randomInt8s(channels) },
  ];
  const conv = (window: Window, depth: number): Sample => {
    const { dilated, positions } = windowOf(window);
    const [image, filter] = window;
    const kernel = weights([depth, ...filter, image[2]], depth);
    return sample("CONV_2D", dilated, [input([1, ...image]), ...kernel], [input([1, ...positions, depth])]);
  };
  const depthwise = (window: Window, depthMultiplier: number): Sample => {
    const { dilated, positions } = windowOf(window);
    const [image, filter] = window;
    const depth = image[2] * depthMultiplier;
    const kernel = weights([1, ...filter, depth], depth);
    return sample(
      "DEPTHWISE_CONV_2D",
      { ...dilated, depthMultiplier },
      [input([1, ...image]), ...kernel],
      [input([1, ...positions, depth])],
    );
  };
  const dense = (batches: number, inputs: number, outputs: number): Sample =>
    sample(
      "FULLY_CONNECTED",
      { activation: "NONE", keepDims: false },
      [input([batches, inputs]), ...weights([outputs, inputs], outputs)],
      [input([batches, outputs])],
    );
  return [
    conv(
      [
        [7, 9, 3],
        [3, 3],
      ],
      5,
    ),
    conv([[20, 11, 1], [5, 4], 2], 6),
    conv([[11, 12, 4], [3, 3], 1, "SAME", 2], 4),
    conv(
      [
        [40, 2, 1],
        [1, 1],
      ],
      1,
    ),
    depthwise(
      [
        [9, 8, 5],
        [3, 3],
      ],
      1,
    ),
    depthwise([[5, 25, 3], [1, 9], 1, "VALID"], 2),
    dense(1, 300, 7),
    dense(12, 9, 30),
    dense(1, 1, 90),
    dense(1, 1, 1),
  ];
}

/** Codes of 8-bit floats, none beyond the finite ones. */
function randomFloat8s(count: number): number[] {
  return randomInt8s(count).map((value) => (value & 0x80) | Math.min(value & 0x7f, 0x7b));
}

function conv2d(type: Activations, weights: WeightsOf, window: Window, depth: number): Sample {
  const { dilated, positions } = windowOf(window);
  const [input, filter] = window;
  return sample(
    "CONV_2D",
    dilated,
    [activations(type, [1, ...input]), ...weights([depth, ...filter, input[2]], depth)],
    [activations(type, [1, ...positions, depth], 2, 5)],
  );
}

/** The window is that of the convolution which would make the input of the output. */
function transposed(type: Activations, weights: WeightsOf, window: Window, depth: number): Sample {
  const { attributes, positions } = windowOf(window);
  const [[height, width, inputDepth], filter] = window;
  const output = [1, height, width, depth];
  const [kernel, bias] = weights([depth, ...filter, inputDepth], depth);
  return sample(
    "TRANSPOSE_CONV",
    attributes,
    [int32(...output), kernel, activations(type, [1, ...positions, inputDepth]), bias],
    [activations(type, output, 2, 5)],
  );
}

function depthwise(type: Activations, weights: WeightsOf, window: Window, multiplier = 1): Sample {
  const { dilated, positions } = windowOf(window);
  const [input, filter] = window;
  const depth = input[2] * multiplier;
  return sample(
    "DEPTHWISE_CONV_2D",
    { ...dilated, depthMultiplier: multiplier },
    [activations(type, [1, ...input]), ...weights([1, ...filter, depth], depth)],
    [activations(type, [1, ...positions, depth], 1, 5)],
  );
}

function pool(type: Activations, kind: "AVERAGE_POOL_2D" | "MAX_POOL_2D", window: Window): Sample {
  const { attributes, positions } = windowOf(window);
  const [input, [filterHeight, filterWidth]] = window;
  const output = [activations(type, [1, ...positions, input[2]])];
  return sample(
    kind,
    { ...attributes, filterHeight, filterWidth },
    [activations(type, [1, ...input])],
    output,
  );
}

function dense(
  type: Activations,
  weights: WeightsOf,
  batches: number,
  inputs: number,
  outputs: number,
): Sample {
  return sample(
    "FULLY_CONNECTED",
    { activation: "NONE", keepDims: false },
    [activations(type, [batches, inputs]), ...weights([outputs, inputs], outputs)],
    [activations(type, [batches, outputs], 2, 5)],
  );
}

/** Shapes of two operands and of what they broadcast to. */
const PAIRS: readonly (readonly [readonly number[], readonly number[], readonly number[]])[] = [
  [[300], [300], [300]],
  [[5], [5], [5]],
  [[2, 40], [1], [2, 40]],
  [
    [30, 1, 3],
    [1, 20, 3],
    [30, 20, 3],
  ],
  [
    [12, 10, 1],
    [12, 1, 8],
    [12, 10, 8],
  ],
  [
    [50, 4],
    [1, 4],
    [50, 4],
  ],
  [[1100], [1100], [1100]],
  [
    [6, 1, 5, 1],
    [1, 7, 1, 2],
    [6, 7, 5, 2],
  ],
];

function pairs(type: Activations, kind: "ADD" | "MUL" | "MAXIMUM" | "MINIMUM"): Sample[] {
  const attributes = kind === "ADD" || kind === "MUL" ? { activation: "NONE" as const } : {};
  return PAIRS.map(([a, b, to]) =>
    sample(
      kind,
      attributes as never,
      [activations(type, a, 0.1, -3), activations(type, b, 0.07, 4)],
      [activations(type, to, 0.15, 1)],
    ),
  );
}

const COUNTS = [3, 40, 700, 3000, 9000];

/** SVDF with memory of int8. */
export function svdf(inputs: number, units: number, rank: number, memory: number): Sample {
  const filters = units * rank;
  const matrix = (rows: number, columns: number): Spec => ({
    shape: [rows, columns],
    values: randomInt8s(rows * columns),
    quantization: perTensor(2 ** -7, 0),
  });
  const bias = { ...int32(...randomInt8s(units)), quantization: perTensor(2 ** -8, 0) };
  const state: Spec = { shape: [1, filters * memory], quantization: perTensor(0.5, 0), isState: true };
  return sample(
    "SVDF",
    { rank, activation: "NONE" },
    [{ shape: [1, inputs] }, matrix(filters, inputs), matrix(filters, memory), bias, state],
    [{ shape: [1, units] }],
  );
}

/** A sequence of one batch through an LSTM. */
export function lstm(times: number, inputs: number, cells: number): Sample {
  const matrix = (columns: number): Spec => ({
    shape: [cells, columns],
    values: randomInt8s(cells * columns),
    quantization: perTensor(2 ** -9, 0),
  });
  const none = (count: number) => new Array<null>(count).fill(null);
  return sample(
    "UNIDIRECTIONAL_SEQUENCE_LSTM",
    { activation: "TANH", cellClip: 0, timeMajor: false, diagonalRecurrentTensors: false },
    [
      { shape: [1, times, inputs] },
      ...[1, 2, 3, 4].map(() => matrix(inputs)),
      ...[1, 2, 3, 4].map(() => matrix(cells)),
      ...none(3),
      ...[1, 2, 3, 4].map(() => int32(...randomInt8s(cells))),
      ...none(2),
      { shape: [1, cells], quantization: perTensor(2 ** -7, 0), isState: true },
      { shape: [1, cells], dtype: "int16", quantization: perTensor(2 ** -11, 0), isState: true },
      ...none(4),
    ],
    [{ shape: [1, times, cells] }],
  );
}

/** LOGISTIC and TANH of int16. */
export function sigmoids(): Sample[] {
  return (["LOGISTIC", "TANH"] as const).flatMap((kind) =>
    COUNTS.map((count) => {
      const input: Spec = { shape: [count], dtype: "int16", quantization: perTensor(2 ** -12, 0) };
      return sample(kind, {}, [input], [{ ...input, quantization: perTensor(2 ** -15, 0) }]);
    }),
  );
}

/** @param factor from the scale of the input to that of the output */
export function conversion(
  kind: "RELU" | "QUANTIZE" | "DEQUANTIZE",
  from: DType,
  to: DType,
  factor?: number,
): Sample[] {
  const quantization = factor === undefined ? {} : { quantization: perTensor(0.1 / factor, 0) };
  return COUNTS.map((count) =>
    sample(kind, {}, [{ shape: [count], dtype: from }], [{ shape: [count], dtype: to, ...quantization }]),
  );
}

function mean(type: Activations, shape: readonly number[], axes: readonly number[]): Sample {
  const kept = shape.filter((_, axis) => !axes.includes(axis));
  return sample(
    "MEAN",
    { keepDims: false },
    [activations(type, shape), int32(...axes)],
    [activations(type, kept)],
  );
}

function softmax(dtype: Activations, rows: number, depth: number): Sample {
  const shape = [rows, depth];
  const quantization = dtype === "int8" ? perTensor(1 / 256, -128) : perTensor(2 ** -15, 0);
  return sample("SOFTMAX", { beta: 1 }, [activations(dtype, shape)], [{ shape, dtype, quantization }]);
}

export function transpose(shape: readonly number[], order: readonly number[]): Sample {
  return sample("TRANSPOSE", {}, [{ shape }, int32(...order)], [{ shape: order.map((axis) => shape[axis]) }]);
}

export function slice(shape: readonly number[], begin: readonly number[], taken: readonly number[]): Sample {
  return sample("SLICE", {}, [{ shape }, int32(...begin), int32(...taken)], [{ shape: taken }]);
}

export function pad(shape: readonly number[], paddings: readonly number[]): Sample {
  const to = shape.map((size, axis) => size + paddings[2 * axis] + paddings[2 * axis + 1]);
  const list = { ...int32(...paddings), shape: [shape.length, 2] };
  return sample("PAD", {}, [{ shape }, list], [{ shape: to }]);
}

/** Parts of so many elements a row, the last of them constant if asked for. */
export function concatenation(rows: number, widths: readonly number[], constant = false): Sample {
  const inputs = widths.map((width, i): Spec => {
    const shape = [rows, width];
    const values = randomInt8s(rows * width);
    return { shape, ...(constant && i === widths.length - 1 && { values }) };
  });
  const total = widths.reduce((sum, width) => sum + width, 0);
  return sample("CONCATENATION", { axis: 1, activation: "NONE" }, inputs, [{ shape: [rows, total] }]);
}

export function resize([height, width, depth]: readonly number[], to: readonly [number, number]): Sample {
  return sample(
    "RESIZE_NEAREST_NEIGHBOR",
    { alignCorners: false, halfPixelCenters: false },
    [{ shape: [1, height, width, depth] }, int32(...to)],
    [{ shape: [1, ...to, depth] }],
  );
}
