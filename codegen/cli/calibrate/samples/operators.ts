/** Operators by their shapes. */
import { type DType, elements } from "../../../graph/graph.js";
import { randomInt8s } from "../random.js";
import { perTensor, type Sample, type Spec, sample } from "./sample.js";

/** int8 weights, and an int32 bias. */
function weights(shape: readonly number[], channels: number): Spec[] {
  const values = randomInt8s(elements(shape));
  const bias = randomInt8s(channels).map((value) => 16 * value);
  return [
    { shape, values, quantization: perTensor(0.01, 0) },
    { shape: [channels], dtype: "int32", values: bias },
  ];
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

export function conv2d(window: Window, depth: number): Sample {
  const { dilated, positions } = windowOf(window);
  const [input, filter] = window;
  const output = { shape: [1, ...positions, depth], quantization: perTensor(2, 5) };
  return sample(
    "CONV_2D",
    dilated,
    [{ shape: [1, ...input] }, ...weights([depth, ...filter, input[2]], depth)],
    [output],
  );
}

export function depthwise(window: Window, multiplier = 1): Sample {
  const { dilated, positions } = windowOf(window);
  const [input, filter] = window;
  const depth = input[2] * multiplier;
  return sample(
    "DEPTHWISE_CONV_2D",
    { ...dilated, depthMultiplier: multiplier },
    [{ shape: [1, ...input] }, ...weights([1, ...filter, depth], depth)],
    [{ shape: [1, ...positions, depth], quantization: perTensor(1, 5) }],
  );
}

export function pool(kind: "AVERAGE_POOL_2D" | "MAX_POOL_2D", window: Window): Sample {
  const { attributes, positions } = windowOf(window);
  const [input, [filterHeight, filterWidth]] = window;
  const output = [{ shape: [1, ...positions, input[2]] }];
  return sample(kind, { ...attributes, filterHeight, filterWidth }, [{ shape: [1, ...input] }], output);
}

export function dense(batches: number, inputs: number, outputs: number): Sample {
  return sample(
    "FULLY_CONNECTED",
    { activation: "NONE", keepDims: false },
    [{ shape: [batches, inputs] }, ...weights([outputs, inputs], outputs)],
    [{ shape: [batches, outputs], quantization: perTensor(2, 5) }],
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

export function pairs(kind: "ADD" | "MUL" | "MAXIMUM" | "MINIMUM"): Sample[] {
  const attributes = kind === "ADD" || kind === "MUL" ? { activation: "NONE" as const } : {};
  return PAIRS.map(([a, b, to]) =>
    sample(
      kind,
      attributes as never,
      [{ shape: a }, { shape: b, quantization: perTensor(0.07, 4) }],
      [{ shape: to, quantization: perTensor(0.15, 1) }],
    ),
  );
}

const COUNTS = [3, 40, 700, 3000, 9000];

export function conversion(kind: "RELU" | "QUANTIZE" | "DEQUANTIZE", from: DType, to: DType): Sample[] {
  return COUNTS.map((count) =>
    sample(kind, {}, [{ shape: [count], dtype: from }], [{ shape: [count], dtype: to }]),
  );
}

export function mean(shape: readonly number[], axes: readonly number[]): Sample {
  const kept = shape.filter((_, axis) => !axes.includes(axis));
  return sample("MEAN", { keepDims: false }, [{ shape }, int32(...axes)], [{ shape: kept }]);
}

export function softmax(rows: number, depth: number): Sample {
  const output = { shape: [rows, depth], quantization: perTensor(1 / 256, -128) };
  return sample("SOFTMAX", { beta: 1 }, [{ shape: [rows, depth] }], [output]);
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
