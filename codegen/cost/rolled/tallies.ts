import { copyBlocks, copyRows, pad, resizeNearestNeighbor } from "./copies.js";
import { elementwise, fullyConnected, mean, oneByOne, softmax } from "./elements.js";
import type { Tally } from "./tally.js";
import { conv2d, depthwiseConv2d, pool2d } from "./windows.js";

/** By the kernel's name in `runtime/`. */
export const tallies = {
  add: elementwise,
  averagePool2d: pool2d,
  conv2d,
  copyBlocks,
  copyRows,
  depthwiseConv2d,
  dequantize: oneByOne,
  fullyConnected,
  lookup: oneByOne,
  maxPool2d: pool2d,
  maximum: elementwise,
  mean,
  minimum: elementwise,
  mul: elementwise,
  pad,
  quantize: oneByOne,
  resizeNearestNeighbor,
  softmax,
} as const;

export type KernelName = keyof typeof tallies;

/** The tally of a kernel, whatever its layers hold. */
export function tallyOf(kernel: string): Tally<never> | undefined {
  return tallies[kernel as KernelName];
}
