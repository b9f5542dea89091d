/** Layers on which the prices of rolled kernels are fitted: single operators of many shapes, none from a known model. */
import type { DType, Graph, Quantization, Tensor } from "../../graph/graph.js";
import type { AttributesOf, Op, OpKind } from "../../graph/op.js";
import { randomBytes } from "./random.js";

/** A tensor of a sample: constant where it has values. */
interface Spec {
  readonly shape: readonly number[];
  readonly dtype?: DType;
  readonly quantization?: Quantization;
  readonly values?: readonly number[];
}

/** One operator, with its inputs and outputs. */
export interface Sample {
  readonly kind: OpKind;
  readonly attributes: unknown;
  readonly inputs: readonly Spec[];
  readonly outputs: readonly Spec[];
}

function sample<K extends OpKind>(
  kind: K,
  attributes: AttributesOf<K>,
  inputs: readonly Spec[],
  outputs: readonly Spec[],
): Sample {
  return { kind, attributes, inputs, outputs };
}

/** One graph of all samples, each on inputs of its own. */
export function graphOf(samples: readonly Sample[]): Graph {
  const tensors: Tensor[] = [];
  const ops = samples.map(({ kind, attributes, inputs, outputs }, i): Op => {
    const add = ({ shape, dtype = "int8", quantization, values }: Spec): number =>
      tensors.push({
        name: `t${tensors.length}`,
        shape,
        dtype,
        ...(dtype !== "int32" && dtype !== "float32" && { quantization: quantization ?? perTensor(0.1, -3) }),
        ...(values && { data: encode(values, dtype) }),
      }) - 1;
    return {
      kind,
      name: `op${i}`,
      inputs: inputs.map(add),
      outputs: outputs.map(add),
      attributes,
    } as unknown as Op;
  });
  const fed = ops.flatMap(({ inputs }) => inputs as number[]).filter((id) => !tensors[id].data);
  return {
    name: "samples",
    tensors,
    ops,
    inputs: fed,
    outputs: ops.flatMap(({ outputs }) => outputs),
    variables: [],
  };
}

/** Random elements for all inputs of such a graph, one after the other. */
export function inputBytes({ tensors, inputs }: Graph): Uint8Array {
  const bytes = inputs.map((id) => {
    const values = Array.from({ length: size(tensors[id].shape) }, () => randomByte() - 128);
    return encode(values, tensors[id].dtype);
  });
  return Uint8Array.from(bytes.flatMap((each) => [...each]));
}

const ARRAYS = { int8: Int8Array, int32: Int32Array, float32: Float32Array } as const;

function encode(values: readonly number[], dtype: DType): Uint8Array {
  return new Uint8Array(ARRAYS[dtype as keyof typeof ARRAYS].from(values).buffer);
}

function perTensor(scale: number, zeroPoint: number): Quantization {
  return { scales: [scale], zeroPoints: [zeroPoint], axis: 0 };
}

let randomByte = randomBytes();

const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** int8 weights, and an int32 bias. */
function weights(shape: readonly number[], channels: number): Spec[] {
  const values = Array.from({ length: size(shape) }, () => randomByte() - 128);
  const bias = Array.from({ length: channels }, () => (randomByte() - 128) * 16);
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

function conv2d(window: Window, depth: number): Sample {
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

function depthwise(window: Window, multiplier = 1): Sample {
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

function pool(kind: "AVERAGE_POOL_2D" | "MAX_POOL_2D", window: Window): Sample {
  const { attributes, positions } = windowOf(window);
  const [input, [filterHeight, filterWidth]] = window;
  const output = [{ shape: [1, ...positions, input[2]] }];
  return sample(kind, { ...attributes, filterHeight, filterWidth }, [{ shape: [1, ...input] }], output);
}

function dense(batches: number, inputs: number, outputs: number): Sample {
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

function pairs(kind: "ADD" | "MUL" | "MAXIMUM" | "MINIMUM"): Sample[] {
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

function conversion(kind: "RELU" | "QUANTIZE" | "DEQUANTIZE", from: DType, to: DType): Sample[] {
  return COUNTS.map((count) =>
    sample(kind, {}, [{ shape: [count], dtype: from }], [{ shape: [count], dtype: to }]),
  );
}

function mean(shape: readonly number[], axes: readonly number[]): Sample {
  const kept = shape.filter((_, axis) => !axes.includes(axis));
  return sample("MEAN", { keepDims: false }, [{ shape }, int32(...axes)], [{ shape: kept }]);
}

function softmax(rows: number, depth: number): Sample {
  const output = { shape: [rows, depth], quantization: perTensor(1 / 256, -128) };
  return sample("SOFTMAX", { beta: 1 }, [{ shape: [rows, depth] }], [output]);
}

function transpose(shape: readonly number[], order: readonly number[]): Sample {
  return sample("TRANSPOSE", {}, [{ shape }, int32(...order)], [{ shape: order.map((axis) => shape[axis]) }]);
}

function slice(shape: readonly number[], begin: readonly number[], taken: readonly number[]): Sample {
  return sample("SLICE", {}, [{ shape }, int32(...begin), int32(...taken)], [{ shape: taken }]);
}

function pad(shape: readonly number[], paddings: readonly number[]): Sample {
  const to = shape.map((size, axis) => size + paddings[2 * axis] + paddings[2 * axis + 1]);
  const list = { ...int32(...paddings), shape: [shape.length, 2] };
  return sample("PAD", {}, [{ shape }, list], [{ shape: to }]);
}

/** Parts of so many elements a row, the last of them constant if asked for. */
function concatenation(rows: number, widths: readonly number[], constant = false): Sample {
  const inputs = widths.map((width, i): Spec => {
    const shape = [rows, width];
    const values = Array.from({ length: rows * width }, () => randomByte() - 128);
    return { shape, ...(constant && i === widths.length - 1 && { values }) };
  });
  const total = widths.reduce((sum, width) => sum + width, 0);
  return sample("CONCATENATION", { axis: 1, activation: "NONE" }, inputs, [{ shape: [rows, total] }]);
}

function resize([height, width, depth]: readonly number[], to: readonly [number, number]): Sample {
  return sample(
    "RESIZE_NEAREST_NEIGHBOR",
    { alignCorners: false, halfPixelCenters: false },
    [{ shape: [1, height, width, depth] }, int32(...to)],
    [{ shape: [1, ...to, depth] }],
  );
}

/** Every kernel of `runtime/`, in shapes that tell its prices apart. */
export function samples(): Sample[] {
  randomByte = randomBytes();
  return [
    conv2d(
      [
        [7, 9, 3],
        [3, 3],
      ],
      5,
    ),
    conv2d(
      [
        [6, 5, 16],
        [1, 1],
      ],
      24,
    ),
    conv2d([[20, 11, 1], [5, 4], 2], 6),
    conv2d([[9, 9, 8], [3, 3], 2, "VALID"], 8),
    conv2d(
      [
        [3, 30, 2],
        [1, 7],
      ],
      3,
    ),
    conv2d([[11, 12, 4], [3, 3], 1, "SAME", 2], 4),
    conv2d([[13, 3, 40], [2, 1], 1, "VALID"], 3),
    conv2d(
      [
        [40, 2, 1],
        [1, 1],
      ],
      1,
    ),
    conv2d(
      [
        [2, 40, 1],
        [1, 1],
      ],
      12,
    ),
    conv2d([[4, 4, 32], [4, 4], 1, "VALID"], 32),
    conv2d(
      [
        [8, 8, 1],
        [7, 1],
      ],
      4,
    ),
    depthwise([
      [9, 8, 5],
      [3, 3],
    ]),
    depthwise([[12, 7, 16], [3, 3], 2]),
    depthwise([[30, 11, 1], [8, 6], 2], 8),
    depthwise([
      [6, 6, 24],
      [1, 1],
    ]),
    depthwise([[5, 25, 3], [1, 9], 1, "VALID"], 2),
    depthwise([[10, 10, 4], [3, 3], 1, "SAME", 2]),
    depthwise([
      [25, 4, 7],
      [9, 1],
    ]),
    depthwise([
      [50, 1, 2],
      [1, 1],
    ]),
    depthwise([
      [1, 1, 1],
      [1, 1],
    ]),
    depthwise([
      [2, 2, 3],
      [2, 2],
    ]),
    depthwise([
      [4, 4, 1],
      [1, 1],
    ]),
    conv2d(
      [
        [1, 1, 1],
        [1, 1],
      ],
      1,
    ),
    conv2d(
      [
        [3, 3, 2],
        [2, 2],
      ],
      2,
    ),
    dense(1, 4, 4),
    dense(1, 1, 1),
    dense(1, 300, 7),
    dense(1, 64, 200),
    dense(12, 9, 30),
    dense(3, 1000, 5),
    dense(1, 1, 90),
    ...(["AVERAGE_POOL_2D", "MAX_POOL_2D"] as const).flatMap((kind) => [
      pool(kind, [[8, 9, 6], [2, 2], 2]),
      pool(kind, [[6, 5, 30], [6, 5], 1, "VALID"]),
      pool(kind, [
        [11, 7, 3],
        [3, 3],
      ]),
      pool(kind, [[4, 30, 2], [1, 6], 2]),
      pool(kind, [[30, 4, 4], [7, 1], 1, "VALID"]),
      pool(kind, [
        [9, 9, 5],
        [1, 1],
      ]),
      pool(kind, [
        [40, 1, 1],
        [2, 1],
      ]),
    ]),
    ...(["ADD", "MUL", "MAXIMUM", "MINIMUM"] as const).flatMap(pairs),
    ...conversion("RELU", "int8", "int8"),
    ...conversion("QUANTIZE", "float32", "int8"),
    ...conversion("DEQUANTIZE", "int8", "float32"),
    mean([1, 8, 9, 12], [1, 2]),
    mean([40, 30], [1]),
    mean([6, 20, 5], [0, 2]),
    mean([7, 4, 6, 5], [0, 2]),
    mean([300, 2], [1]),
    mean([3, 4, 5, 4, 3], [0, 2, 4]),
    mean([1, 2, 1500], [2]),
    softmax(1, 10),
    softmax(1, 2),
    softmax(30, 12),
    softmax(4, 25),
    softmax(1, 400),
    softmax(60, 3),
    softmax(12, 40),
    softmax(100, 1),
    transpose([30, 20], [1, 0]),
    transpose([6, 7, 8], [2, 0, 1]),
    transpose([10, 6, 64], [1, 0, 2]),
    transpose([4, 6, 31], [1, 0, 2]),
    transpose([3, 4, 5, 6], [3, 1, 0, 2]),
    slice([40, 100], [3, 10], [30, 80]),
    slice([40, 100], [3, 7], [30, 79]),
    slice([9, 8, 20, 6], [1, 2, 3, 1], [7, 5, 13, 4]),
    slice([2000], [100], [1500]),
    slice([3, 900], [0, 1], [3, 600]),
    pad([20, 30, 8], [1, 1, 1, 1, 0, 0]),
    pad([300, 5], [0, 0, 2, 3]),
    pad([1000], [4, 500]),
    pad([5, 6, 7], [1, 2, 0, 1, 3, 0]),
    pad([4, 256], [0, 4, 0, 0]),
    pad([8, 12], [0, 1, 0, 4]),
    pad([40, 4, 8], [1, 1, 2, 2, 0, 0]),
    pad([3, 4, 5, 6], [1, 1, 1, 1, 1, 1, 0, 0]),
    pad([6, 7, 90], [0, 0, 1, 0, 1, 1]),
    pad([60, 20, 1], [1, 0, 1, 0, 0, 0]),
    pad([4], [1, 1]),
    concatenation(1, [300]),
    concatenation(1, [40, 90]),
    concatenation(20, [12, 8]),
    concatenation(1, [500, 300, 7]),
    concatenation(60, [3, 5, 1]),
    concatenation(8, [101, 203]),
    concatenation(5, [1, 998]),
    concatenation(200, [64]),
    concatenation(9, [10, 30], true),
    concatenation(2, [4, 200], true),
    concatenation(3, [700, 900, 500]),
    concatenation(40, [1, 2, 3, 4, 5, 6]),
    resize([8, 9, 16], [16, 18]),
    resize([5, 5, 3], [11, 7]),
    resize([6, 4, 1], [60, 3]),
    resize([3, 4, 120], [6, 8]),
    resize([9, 3, 31], [9, 30]),
  ];
}
