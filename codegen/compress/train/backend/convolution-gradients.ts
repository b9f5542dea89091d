/**
 * Gradients of TensorFlow.js's own convolutions, for networks made of its layers: its kernels for them are slow on WebAssembly,
 * or missing.
 */
import * as tf from "@tensorflow/tfjs-core";
import { filterGradient, inputGradient } from "./convolution.js";
import { depthwiseFilterGradient, depthwiseInputGradient } from "./depthwise.js";
import type { Geometry } from "./geometry.js";

/** Registers the kernels of the gradients of CONV_2D and DEPTHWISE_CONV_2D, NHWC without dilation. */
export function registerConvolutionGradients(): void {
  register("Conv2DBackpropInput", false, ({ dy, filter }, geometry) => inputGradient(dy, filter, geometry));
  register("Conv2DBackpropFilter", false, ({ x, dy }, geometry) => filterGradient(x, dy, geometry));
  register("DepthwiseConv2dNativeBackpropInput", true, ({ dy, filter }, geometry) =>
    depthwiseInputGradient(dy, filter, geometry),
  );
  register("DepthwiseConv2dNativeBackpropFilter", true, ({ x, dy }, geometry) =>
    depthwiseFilterGradient(x, dy, geometry),
  );
}

/** Two of them, as the kernel says. */
interface Inputs {
  readonly x: tf.Tensor4D;
  readonly dy: tf.Tensor4D;
  readonly filter: tf.Tensor4D;
}

type Shape = [number, number, number, number];

interface Attributes {
  readonly strides: [number, number];
  readonly pad: "valid" | "same";
  readonly inputShape?: Shape;
  readonly filterShape?: Shape;
}

function register(
  kernelName: string,
  depthwise: boolean,
  gradient: (inputs: Inputs, geometry: Geometry) => tf.Tensor,
): void {
  if (tf.getKernel(kernelName, "wasm")) tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    kernelName,
    backendName: "wasm",
    kernelFunc(params) {
      const inputs = params.inputs as unknown as Inputs;
      const { strides, pad, inputShape, filterShape } = params.attrs as unknown as Attributes;
      const shapes = [inputShape ?? inputs.x.shape, filterShape ?? inputs.filter.shape] as const;
      const info = tf.backend_util.computeConv2DInfo(...shapes, strides, 1, pad, undefined, depthwise);
      return tf.tidy(() => gradient(inputs, geometryOf(info)));
    },
  });
}

function geometryOf(info: ReturnType<typeof tf.backend_util.computeConv2DInfo>): Geometry {
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  return {
    inputHeight: info.inHeight,
    inputWidth: info.inWidth,
    outputHeight: info.outHeight,
    outputWidth: info.outWidth,
    ...{ filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth },
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
}
