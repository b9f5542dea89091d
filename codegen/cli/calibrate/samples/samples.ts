import {
  type Activations,
  concatenation,
  conversion,
  float8Sums,
  lstm,
  operatorsOf,
  pad,
  resize,
  sigmoids,
  slice,
  svdf,
  transpose,
} from "./operators.js";
import type { Sample } from "./sample.js";

/** Every kernel of `runtime/`, in shapes that tell its prices apart; none is a layer of a known model. */
export function samples(): Sample[] {
  return [
    ...scaledSums("int8"),
    ...scaledSums("int16"),
    ...scaledSums("int16", "int16"),
    ...codebooks("int8"),
    ...codebooks("int16"),
    ...ofActivations("int8"),
    ...ofActivations("int16"),
    ...others(),
  ];
}

/** Those with weights. */
function scaledSums(type: Activations, weights?: "int16"): Sample[] {
  const { conv2d, transposed, depthwise, dense } = operatorsOf(type, weights);
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
    transposed([[9, 8, 5], [3, 3], 2], 4),
    transposed([[12, 7, 16], [3, 4], 2], 8),
    transposed(
      [
        [6, 6, 3],
        [1, 1],
      ],
      24,
    ),
    transposed([[10, 10, 4], [3, 3], 1], 6),
    transposed([[5, 25, 2], [1, 9], 3, "VALID"], 3),
    transposed([[20, 20, 1], [2, 2], 4], 2),
    transposed([[4, 4, 40], [4, 4], 2], 12),
    transposed([[30, 2, 1], [5, 1], 1], 1),
  ];
}

/** Those whose weights have so few values that they are stored as indexes. */
function codebooks(type: Activations): Sample[] {
  const { conv2d, dense } = operatorsOf(type, "int8", 4);
  const few = operatorsOf(type, "int8", 2);
  const many = operatorsOf(type, "int8", 5);
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
        [3, 2, 48],
        [1, 1],
      ],
      60,
    ),
    conv2d([[9, 9, 8], [3, 3], 2, "VALID"], 8),
    conv2d([[11, 12, 4], [3, 3], 1, "SAME", 2], 4),
    conv2d([[4, 4, 32], [4, 4], 1, "VALID"], 32),
    conv2d([[6, 6, 20], [3, 3], 1, "VALID"], 9),
    conv2d(
      [
        [3, 30, 2],
        [1, 7],
      ],
      8,
    ),
    few.conv2d(
      [
        [1, 1, 8],
        [1, 1],
      ],
      16,
    ),
    few.conv2d([[20, 11, 1], [5, 4], 2], 6),
    many.conv2d([[5, 5, 130], [3, 3], 2], 4),
    many.conv2d(
      [
        [2, 2, 30],
        [2, 2],
      ],
      20,
    ),
    dense(1, 300, 7),
    dense(1, 64, 200),
    dense(12, 9, 30),
    few.dense(1, 8, 90),
    few.dense(3, 1000, 5),
    many.dense(1, 40, 60),
    many.dense(1, 700, 3),
  ];
}

/** The others that there are for int8 and for int16. */
function ofActivations(type: Activations): Sample[] {
  const { pool, mean, pairs, softmax } = operatorsOf(type);
  return [
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
    mean([1, 8, 9, 12], [1, 2]),
    mean([1, 3], [1]),
    mean([1, 5, 5, 2], [1, 2]),
    mean([2, 2, 2, 2], [0, 2]),
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
  ];
}

function others(): Sample[] {
  return [
    ...(["float8e4m3", "float8e5m2"] as const).flatMap((format) => [
      ...float8Sums(format, format),
      ...float8Sums("int8", format),
      ...conversion("QUANTIZE", "float32", format),
      ...conversion("DEQUANTIZE", format, "float32"),
    ]),
    ...conversion("RELU", "int8", "int8"),
    ...conversion("QUANTIZE", "float32", "int8"),
    ...conversion("DEQUANTIZE", "int8", "float32"),
    ...conversion("QUANTIZE", "int16", "int8", 0.01),
    ...conversion("QUANTIZE", "int16", "int16", 1.5),
    ...conversion("RELU", "int16", "int16", 0.7),
    ...sigmoids(),
    svdf(96, 16, 2, 8),
    svdf(16, 20, 1, 4),
    svdf(5, 60, 1, 1),
    svdf(40, 6, 5, 20),
    svdf(1, 3, 1, 2),
    svdf(200, 8, 1, 3),
    lstm(6, 10, 8),
    lstm(1, 30, 5),
    lstm(12, 1, 2),
    lstm(20, 5, 1),
    lstm(2, 3, 24),
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
