import type { Op } from "../../graph/op.js";
import type { Node } from "../../ops/node.js";
import { type Window, windowConstants } from "../../ops/support/window.js";
import type { Editor } from "../editor.js";

/** Operators that multiply windows of an NHWC image with filters. */
export type Convolution = Extract<Op, { kind: "CONV_2D" | "DEPTHWISE_CONV_2D" }>;

/** Where a convolution's windows lie over its input, and the rows and columns of padding that they reach. */
export function windowOf(editor: Editor, op: Convolution) {
  const [, filterHeight, filterWidth] = editor.shape(op.inputs[1]!);
  const window = windowConstants(editor.node(op) as Node<Window>, filterHeight, filterWidth);
  const { dilationHeight, dilationWidth } = op.attributes;
  const reach = (outputs: number, stride: number, filter: number, dilation: number) =>
    (outputs - 1) * stride + (filter - 1) * dilation + 1;
  const height = reach(window.outputHeight, window.strideHeight, filterHeight, dilationHeight);
  const width = reach(window.outputWidth, window.strideWidth, filterWidth, dilationWidth);
  return {
    ...window,
    padBottom: Math.max(0, height - window.inputHeight - window.padTop),
    padRight: Math.max(0, width - window.inputWidth - window.padLeft),
  };
}
