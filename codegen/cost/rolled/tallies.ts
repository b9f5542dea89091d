import { copyBlocks, copyRows, pad, resizeNearestNeighbor } from "./copies.js";
import {
  codebookFullyConnected,
  elementwise,
  fullyConnected,
  mean,
  oneByOne,
  rescale,
  softmax,
} from "./elements.js";
import { lstm, svdf } from "./recurrent.js";
import type { Tally } from "./tally.js";
import { codebookConv2d, conv2d, depthwiseConv2d, float8Conv2d, pool2d, transposeConv2d } from "./windows.js";

/** By the kernel's name in `runtime/`. */
export const tallies = {
  add: elementwise,
  add16: elementwise,
  averagePool2d: pool2d,
  averagePool2d16: pool2d,
  codebookConv2d,
  codebookConv2d16: codebookConv2d,
  codebookFullyConnected,
  codebookFullyConnected16: codebookFullyConnected,
  conv2d,
  conv2d16: conv2d,
  conv2d16x16: conv2d,
  copyBlocks,
  copyRows,
  depthwiseConv2d,
  depthwiseConv2d16: depthwiseConv2d,
  depthwiseConv2d16x16: depthwiseConv2d,
  dequantize: oneByOne,
  dequantizeFloat8: oneByOne,
  float8Conv2d,
  fullyConnected,
  fullyConnected16: fullyConnected,
  fullyConnected16x16: fullyConnected,
  lookup: oneByOne,
  maxPool2d: pool2d,
  maxPool2d16: pool2d,
  maximum: elementwise,
  maximum16: elementwise,
  lstm,
  logistic16: oneByOne,
  mean,
  mean16: mean,
  minimum: elementwise,
  minimum16: elementwise,
  mul: elementwise,
  mul16: elementwise,
  pad,
  quantize: oneByOne,
  quantizeFloat8: oneByOne,
  rescale,
  resizeNearestNeighbor,
  softmax,
  softmax16: softmax,
  svdf,
  tanh16: oneByOne,
  transposeConv2d,
  transposeConv2d16: transposeConv2d,
  transposeConv2d16x16: transposeConv2d,
} as const;

export type KernelName = keyof typeof tallies;

/** The tally of a kernel, whatever its layers hold. */
export function tallyOf(kernel: string): Tally<never> | undefined {
  return tallies[kernel as KernelName];
}
