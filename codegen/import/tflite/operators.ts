/**
 * Operators in .tflite files: which versions we know, and where an operator's attributes are in its options. An
 * operator's kind in the graph is its name in the schema.
 */
import type { AttributesOf, OpKind } from "../../graph/op.js";
import {
  activation,
  boolean,
  cellActivation,
  type Fields,
  float,
  indexType,
  integer,
  integers,
  padding,
  positive,
  sumType,
} from "./fields.js";
import * as schema from "./schema.js";

/** Operators of streaming state: their attributes say which variable, which no options table holds (see state.ts). */
export type StateKind = "ASSIGN_VARIABLE" | "CALL_ONCE" | "READ_VARIABLE" | "VAR_HANDLE";

/** Operators whose attributes are their options. */
export type PlainKind = Exclude<OpKind, StateKind>;

export interface Format<Attributes> {
  /** The version that covers every use with int8 tensors, and the newest that TensorFlow Lite registers. */
  readonly versions: readonly [int8: number, newest: number];
  /** The number of the options table in the union BuiltinOptions; 0 for none. */
  readonly options: number;
  readonly fields: Fields<Attributes>;
}

const plain = (int8: number, newest: number) =>
  ({ versions: [int8, newest], options: 0, fields: {} }) as const;

const activated = (options: { type: number; fusedActivationFunction: number }) => ({
  options: options.type,
  fields: { activation: activation(options.fusedActivationFunction) },
});

const window = (options: { padding: number; strideH: number; strideW: number }) => ({
  padding: padding(options.padding),
  strideHeight: positive(options.strideH),
  strideWidth: positive(options.strideW),
});

const dilation = (options: { dilationHFactor: number; dilationWFactor: number }) => ({
  dilationHeight: positive(options.dilationHFactor, 1),
  dilationWidth: positive(options.dilationWFactor, 1),
});

const pool = {
  versions: [2, 3],
  options: schema.Pool2DOptions.type,
  fields: {
    ...window(schema.Pool2DOptions),
    filterHeight: positive(schema.Pool2DOptions.filterHeight),
    filterWidth: positive(schema.Pool2DOptions.filterWidth),
    activation: activation(schema.Pool2DOptions.fusedActivationFunction),
  },
} as const;

/** Versions: TensorFlow Lite's op_version.cc and register.cc. */
export const formats: { readonly [K in PlainKind]: Format<AttributesOf<K>> } = {
  ADD: { versions: [2, 6], ...activated(schema.AddOptions) },
  AVERAGE_POOL_2D: pool,
  CONCATENATION: {
    versions: [2, 6],
    options: schema.ConcatenationOptions.type,
    fields: {
      axis: integer(schema.ConcatenationOptions.axis),
      activation: activation(schema.ConcatenationOptions.fusedActivationFunction),
    },
  },
  CONV_2D: {
    versions: [3, 8],
    options: schema.Conv2DOptions.type,
    fields: {
      ...window(schema.Conv2DOptions),
      ...dilation(schema.Conv2DOptions),
      activation: activation(schema.Conv2DOptions.fusedActivationFunction),
      sumType: sumType(schema.Conv2DOptions.quantizedBiasType),
    },
  },
  DEPTHWISE_CONV_2D: {
    versions: [3, 7],
    options: schema.DepthwiseConv2DOptions.type,
    fields: {
      ...window(schema.DepthwiseConv2DOptions),
      ...dilation(schema.DepthwiseConv2DOptions),
      depthMultiplier: integer(schema.DepthwiseConv2DOptions.depthMultiplier),
      activation: activation(schema.DepthwiseConv2DOptions.fusedActivationFunction),
    },
  },
  DEQUANTIZE: plain(2, 8),
  DIV: { versions: [2, 2], ...activated(schema.DivOptions) },
  EXPAND_DIMS: plain(1, 1),
  FULLY_CONNECTED: {
    versions: [6, 14],
    options: schema.FullyConnectedOptions.type,
    fields: {
      activation: activation(schema.FullyConnectedOptions.fusedActivationFunction),
      keepDims: boolean(schema.FullyConnectedOptions.keepNumDims),
      sumType: sumType(schema.FullyConnectedOptions.quantizedBiasType),
    },
  },
  HARD_SWISH: plain(1, 1),
  LEAKY_RELU: {
    versions: [1, 2],
    options: schema.LeakyReluOptions.type,
    fields: { alpha: float(schema.LeakyReluOptions.alpha) },
  },
  LOGISTIC: plain(2, 3),
  MAXIMUM: plain(3, 4),
  MAX_POOL_2D: pool,
  MEAN: {
    versions: [2, 3],
    options: schema.ReducerOptions.type,
    fields: { keepDims: boolean(schema.ReducerOptions.keepDims) },
  },
  MINIMUM: plain(3, 4),
  MUL: { versions: [3, 8], ...activated(schema.MulOptions) },
  PACK: {
    versions: [2, 4],
    options: schema.PackOptions.type,
    fields: { axis: integer(schema.PackOptions.axis), count: integer(schema.PackOptions.valuesCount) },
  },
  PAD: plain(4, 5),
  PADV2: plain(4, 5),
  QUANTIZE: plain(1, 6),
  RELU: plain(2, 3),
  RELU6: plain(2, 3),
  RESHAPE: {
    versions: [1, 1],
    options: schema.ReshapeOptions.type,
    fields: { newShape: integers(schema.ReshapeOptions.newShape, null) },
  },
  RESIZE_NEAREST_NEIGHBOR: {
    versions: [3, 4],
    options: schema.ResizeNearestNeighborOptions.type,
    fields: {
      alignCorners: boolean(schema.ResizeNearestNeighborOptions.alignCorners),
      halfPixelCenters: boolean(schema.ResizeNearestNeighborOptions.halfPixelCenters),
    },
  },
  SHAPE: {
    versions: [1, 1],
    options: schema.ShapeOptions.type,
    fields: { outputType: indexType(schema.ShapeOptions.outType) },
  },
  SLICE: plain(5, 8),
  SOFTMAX: {
    versions: [2, 3],
    options: schema.SoftmaxOptions.type,
    fields: { beta: float(schema.SoftmaxOptions.beta) },
  },
  SPLIT: {
    versions: [2, 4],
    options: schema.SplitOptions.type,
    fields: { count: integer(schema.SplitOptions.numSplits) },
  },
  SPLIT_V: {
    versions: [2, 2],
    options: schema.SplitVOptions.type,
    fields: { count: integer(schema.SplitVOptions.numSplits) },
  },
  SQUEEZE: {
    versions: [1, 2],
    options: schema.SqueezeOptions.type,
    fields: { axes: integers(schema.SqueezeOptions.squeezeDims, []) },
  },
  STRIDED_SLICE: {
    versions: [8, 8],
    options: schema.StridedSliceOptions.type,
    fields: {
      beginMask: integer(schema.StridedSliceOptions.beginMask),
      endMask: integer(schema.StridedSliceOptions.endMask),
      ellipsisMask: integer(schema.StridedSliceOptions.ellipsisMask),
      newAxisMask: integer(schema.StridedSliceOptions.newAxisMask),
      shrinkAxisMask: integer(schema.StridedSliceOptions.shrinkAxisMask),
      offset: boolean(schema.StridedSliceOptions.offset),
    },
  },
  SUB: { versions: [3, 5], ...activated(schema.SubOptions) },
  SVDF: {
    versions: [3, 4],
    options: schema.SvdfOptions.type,
    fields: {
      rank: integer(schema.SvdfOptions.rank),
      activation: activation(schema.SvdfOptions.fusedActivationFunction),
    },
  },
  TANH: plain(2, 3),
  TRANSPOSE: plain(6, 8),
  TRANSPOSE_CONV: {
    versions: [3, 5],
    options: schema.TransposeConvOptions.type,
    fields: {
      ...window(schema.TransposeConvOptions),
      activation: activation(schema.TransposeConvOptions.fusedActivationFunction),
    },
  },
  UNIDIRECTIONAL_SEQUENCE_LSTM: {
    versions: [2, 4],
    options: schema.UnidirectionalSequenceLstmOptions.type,
    fields: {
      activation: cellActivation(schema.UnidirectionalSequenceLstmOptions.fusedActivationFunction),
      cellClip: float(schema.UnidirectionalSequenceLstmOptions.cellClip),
      timeMajor: boolean(schema.UnidirectionalSequenceLstmOptions.timeMajor),
      diagonalRecurrentTensors: boolean(schema.UnidirectionalSequenceLstmOptions.diagonalRecurrentTensors),
    },
  },
  UNPACK: {
    versions: [2, 5],
    options: schema.UnpackOptions.type,
    fields: { axis: integer(schema.UnpackOptions.axis), count: integer(schema.UnpackOptions.num) },
  },
};

/** The newest version that we know of each operator of streaming state. */
export const STATE_VERSION = 1;

/** Whether an operator is one of streaming state. */
export function isStateKind(kind: OpKind): kind is StateKind {
  return !(kind in formats);
}
