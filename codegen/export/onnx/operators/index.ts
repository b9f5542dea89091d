import type { OpKind } from "../../../graph/op.js";
import { float, integer } from "../drafts.js";
import { binary, elementwise, mean, relu6, softmax } from "./elementwise.js";
import { lstm } from "./lstm.js";
import { pack, pad, reshape, slice, split, splitV, stridedSlice, transpose, unpack } from "./movement.js";
import { convolution, dense, depthwise, transposedConvolution } from "./sums.js";
import { pool, resize } from "./windows.js";
import type { Write } from "./write.js";

/** Operators that have a form in ONNX. */
export const writers: { readonly [K in OpKind]?: Write<K> } = {
  ADD: binary("Add"),
  AVERAGE_POOL_2D: pool("AveragePool", { count_include_pad: integer(0) }),
  CONCATENATION: elementwise("Concat", ({ attributes }) => ({ axis: integer(attributes.axis) })),
  CONV_2D: convolution,
  DEPTHWISE_CONV_2D: depthwise,
  DEQUANTIZE: (writer, node) =>
    void writer.dequantized(writer.name(node.inputId(0)), node.input(0), writer.name(node.outputId())),
  DIV: binary("Div"),
  EXPAND_DIMS: reshape,
  FULLY_CONNECTED: dense,
  HARD_SWISH: elementwise("HardSwish"),
  LEAKY_RELU: elementwise("LeakyRelu", ({ attributes }) => ({ alpha: float(attributes.alpha) })),
  LOGISTIC: elementwise("Sigmoid"),
  MAXIMUM: binary("Max"),
  MAX_POOL_2D: pool("MaxPool"),
  MEAN: mean,
  MINIMUM: binary("Min"),
  MUL: binary("Mul"),
  PACK: pack,
  PAD: pad,
  PADV2: pad,
  QUANTIZE: (writer, node) => writer.store(node.outputId(), writer.real(node.inputId(0))),
  RELU: elementwise("Relu"),
  RELU6: relu6,
  RESHAPE: reshape,
  RESIZE_NEAREST_NEIGHBOR: resize,
  SLICE: slice,
  SOFTMAX: softmax,
  SPLIT: split,
  SPLIT_V: splitV,
  SQUEEZE: reshape,
  STRIDED_SLICE: stridedSlice,
  SUB: binary("Sub"),
  TANH: elementwise("Tanh"),
  TRANSPOSE: transpose,
  TRANSPOSE_CONV: transposedConvolution,
  UNIDIRECTIONAL_SEQUENCE_LSTM: lstm,
  UNPACK: unpack,
};
