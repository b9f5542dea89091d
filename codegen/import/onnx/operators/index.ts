/** Every node type of ONNX that is read, listed once. */
import type { Translator } from "../translator.js";
import { convolution } from "./convolution.js";
import { gemm, matMul } from "./dense.js";
import { clip, elementwise, hardSigmoid, leakyRelu, mul, operands, variadic } from "./elementwise.js";
import { lstm } from "./lstm.js";
import { concat, gatherElements, pad, reduceMean, slice, split } from "./movement.js";
import { batchNormalization } from "./normalization.js";
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from "./pooling.js";
import { resize } from "./resize.js";
import { cast, dropout, flatten, identity, reshape, squeeze, transpose, unsqueeze } from "./shape.js";
import { saturating } from "./sigmoid.js";
import { softmax } from "./softmax.js";
import { transposedConvolution } from "./transposed-convolution.js";

export const translators: Readonly<Record<string, Translator>> = {
  Add: operands("ADD"),
  AveragePool: averagePool,
  BatchNormalization: batchNormalization,
  Cast: cast,
  Clip: clip,
  Concat: concat,
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  Div: operands("DIV"),
  Dropout: dropout,
  Flatten: flatten,
  Gather: gatherElements,
  Gemm: gemm,
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: globalMaxPool,
  HardSigmoid: hardSigmoid,
  HardSwish: elementwise("HARD_SWISH", 14),
  Identity: identity,
  LSTM: lstm,
  LeakyRelu: leakyRelu,
  MatMul: matMul,
  Max: variadic("MAXIMUM"),
  MaxPool: maxPool,
  Min: variadic("MINIMUM"),
  Mul: mul,
  Pad: pad,
  ReduceMean: reduceMean,
  Relu: elementwise("RELU"),
  Reshape: reshape,
  Resize: { ...resize, since: 10 },
  Sigmoid: saturating("LOGISTIC"),
  Slice: slice,
  Softmax: softmax,
  Split: split,
  Squeeze: squeeze,
  Sub: operands("SUB"),
  Sum: variadic("ADD"),
  Tanh: saturating("TANH"),
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Upsample: resize,
};
