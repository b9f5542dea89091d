/** Every operator, listed once. */
import { add } from "./add.js";
import { assignVariable } from "./assign-variable.js";
import { averagePool2d } from "./average-pool2d.js";
import { callOnce } from "./call-once.js";
import { concatenation } from "./concatenation.js";
import { conv2d } from "./conv2d.js";
import { depthwiseConv2d } from "./depthwise-conv2d.js";
import { dequantize } from "./dequantize.js";
import { div } from "./div.js";
import { expandDims } from "./expand-dims.js";
import { fullyConnected } from "./fully-connected.js";
import { hardSwish } from "./hard-swish.js";
import { leakyRelu } from "./leaky-relu.js";
import { logistic } from "./logistic.js";
import { maxPool2d } from "./max-pool2d.js";
import { maximum } from "./maximum.js";
import { mean } from "./mean.js";
import { minimum } from "./minimum.js";
import { mul } from "./mul.js";
import { pack } from "./pack.js";
import { pad } from "./pad.js";
import { padV2 } from "./pad-v2.js";
import { quantize } from "./quantize.js";
import { readVariable } from "./read-variable.js";
import { relu } from "./relu.js";
import { relu6 } from "./relu6.js";
import { reshape } from "./reshape.js";
import { resizeNearestNeighbor } from "./resize-nearest-neighbor.js";
import { shape } from "./shape.js";
import { slice } from "./slice.js";
import { softmax } from "./softmax.js";
import { split } from "./split.js";
import { splitV } from "./split-v.js";
import { squeeze } from "./squeeze.js";
import { stridedSlice } from "./strided-slice.js";
import { sub } from "./sub.js";
import { svdf } from "./svdf.js";
import { tanh } from "./tanh.js";
import { transpose } from "./transpose.js";
import { transposeConv } from "./transpose-conv.js";
import { unidirectionalSequenceLstm } from "./unidirectional-sequence-lstm.js";
import { unpack } from "./unpack.js";
import { varHandle } from "./var-handle.js";

export const operators = {
  ADD: add,
  ASSIGN_VARIABLE: assignVariable,
  AVERAGE_POOL_2D: averagePool2d,
  CALL_ONCE: callOnce,
  CONCATENATION: concatenation,
  CONV_2D: conv2d,
  DEPTHWISE_CONV_2D: depthwiseConv2d,
  DEQUANTIZE: dequantize,
  DIV: div,
  EXPAND_DIMS: expandDims,
  FULLY_CONNECTED: fullyConnected,
  HARD_SWISH: hardSwish,
  LEAKY_RELU: leakyRelu,
  LOGISTIC: logistic,
  MAXIMUM: maximum,
  MAX_POOL_2D: maxPool2d,
  MEAN: mean,
  MINIMUM: minimum,
  MUL: mul,
  PACK: pack,
  PAD: pad,
  PADV2: padV2,
  QUANTIZE: quantize,
  READ_VARIABLE: readVariable,
  RELU: relu,
  RELU6: relu6,
  RESHAPE: reshape,
  RESIZE_NEAREST_NEIGHBOR: resizeNearestNeighbor,
  SHAPE: shape,
  SLICE: slice,
  SOFTMAX: softmax,
  SPLIT: split,
  SPLIT_V: splitV,
  SQUEEZE: squeeze,
  STRIDED_SLICE: stridedSlice,
  SUB: sub,
  SVDF: svdf,
  TANH: tanh,
  TRANSPOSE: transpose,
  TRANSPOSE_CONV: transposeConv,
  UNIDIRECTIONAL_SEQUENCE_LSTM: unidirectionalSequenceLstm,
  UNPACK: unpack,
  VAR_HANDLE: varHandle,
};
