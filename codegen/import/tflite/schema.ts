/**
 * The TFLite file format in numbers: the slot of every field that we read or write, in its table's vtable, and the
 * codes of its enumerations. Source: TensorFlow Lite's schema, version 3 (names are the schema's, in camel case).
 */

export const FILE_IDENTIFIER = "TFL3";
export const SCHEMA_VERSION = 3;

export const Model = { version: 0, operatorCodes: 1, subgraphs: 2, description: 3, buffers: 4 } as const;

export const OperatorCode = { deprecatedBuiltinCode: 0, customCode: 1, version: 2, builtinCode: 3 } as const;

export const SubGraph = { tensors: 0, inputs: 1, outputs: 2, operators: 3, name: 4 } as const;

export const Tensor = {
  shape: 0,
  type: 1,
  buffer: 2,
  name: 3,
  quantization: 4,
  isVariable: 5,
  sparsity: 6,
  shapeSignature: 7,
  externalBuffer: 10,
} as const;

export const QuantizationParameters = {
  scale: 2,
  zeroPoint: 3,
  detailsType: 4,
  quantizedDimension: 6,
} as const;

/** `offset` and `size` place data that lies in the file but outside the flatbuffer. */
export const Buffer = { data: 0, offset: 1, size: 2 } as const;

export const Operator = {
  opcodeIndex: 0,
  inputs: 1,
  outputs: 2,
  builtinOptionsType: 3,
  builtinOptions: 4,
} as const;

/** The most fields that an options table has among those below. */
export const MAX_OPTION_FIELDS = 7;

/** Option tables: `type` is the table's number in the union BuiltinOptions, the rest are slots. */
export const Conv2DOptions = {
  type: 1,
  padding: 0,
  strideW: 1,
  strideH: 2,
  fusedActivationFunction: 3,
  dilationWFactor: 4,
  dilationHFactor: 5,
  quantizedBiasType: 6,
} as const;

export const DepthwiseConv2DOptions = {
  type: 2,
  padding: 0,
  strideW: 1,
  strideH: 2,
  depthMultiplier: 3,
  fusedActivationFunction: 4,
  dilationWFactor: 5,
  dilationHFactor: 6,
} as const;

export const Pool2DOptions = {
  type: 5,
  padding: 0,
  strideW: 1,
  strideH: 2,
  filterWidth: 3,
  filterHeight: 4,
  fusedActivationFunction: 5,
} as const;

export const FullyConnectedOptions = {
  type: 8,
  fusedActivationFunction: 0,
  keepNumDims: 2,
  quantizedBiasType: 4,
} as const;
export const SvdfOptions = { type: 6, rank: 0, fusedActivationFunction: 1 } as const;
export const SoftmaxOptions = { type: 9, beta: 0 } as const;
export const ConcatenationOptions = { type: 10, axis: 0, fusedActivationFunction: 1 } as const;
export const AddOptions = { type: 11, fusedActivationFunction: 0 } as const;
export const ReshapeOptions = { type: 17, newShape: 0 } as const;
export const MulOptions = { type: 21, fusedActivationFunction: 0 } as const;
export const ReducerOptions = { type: 27, keepDims: 0 } as const;
export const DivOptions = { type: 29, fusedActivationFunction: 0 } as const;
export const SubOptions = { type: 28, fusedActivationFunction: 0 } as const;
export const SqueezeOptions = { type: 30, squeezeDims: 0 } as const;

export const StridedSliceOptions = {
  type: 32,
  beginMask: 0,
  endMask: 1,
  ellipsisMask: 2,
  newAxisMask: 3,
  shrinkAxisMask: 4,
  offset: 5,
} as const;

export const TransposeConvOptions = {
  type: 49,
  padding: 0,
  strideW: 1,
  strideH: 2,
  fusedActivationFunction: 3,
} as const;

export const SplitOptions = { type: 35, numSplits: 0 } as const;
export const ShapeOptions = { type: 55, outType: 0 } as const;
export const PackOptions = { type: 59, valuesCount: 0, axis: 1 } as const;
export const UnpackOptions = { type: 64, num: 0, axis: 1 } as const;
export const ResizeNearestNeighborOptions = { type: 74, alignCorners: 0, halfPixelCenters: 1 } as const;
export const UnidirectionalSequenceLstmOptions = {
  type: 71,
  fusedActivationFunction: 0,
  cellClip: 1,
  projClip: 2,
  timeMajor: 3,
  asymmetricQuantizeInputs: 4,
  diagonalRecurrentTensors: 5,
} as const;

export const LeakyReluOptions = { type: 75, alpha: 0 } as const;
export const SplitVOptions = { type: 79, numSplits: 0 } as const;
export const CallOnceOptions = { type: 103, initSubgraphIndex: 0 } as const;
export const VarHandleOptions = { type: 111, container: 0, sharedName: 1 } as const;

/** The position of a name is its code. */
export const TENSOR_TYPES = [
  "float32",
  "float16",
  "int32",
  "uint8",
  "int64",
  "string",
  "bool",
  "int16",
  "complex64",
  "int8",
  "float64",
  "complex128",
  "uint64",
  "resource",
  "variant",
  "uint32",
  "uint16",
  "int4",
  "bfloat16",
  "int2",
  "uint4",
  "float8e4m3",
  "float8e5m2",
] as const;

export const PADDINGS = ["SAME", "VALID"] as const;

/** The first four are those that we know; the names of the others serve refusals. */
export const ACTIVATION_FUNCTIONS = ["NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT"] as const;
