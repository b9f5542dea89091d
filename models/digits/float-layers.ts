/** The trained network as TFLite sees it: one layer an operator, weights in TFLite's order. */
import * as tf from "@tensorflow/tfjs";
import { inferenceLayers } from "./network.js";

/** Weights and biases of a layer that has them. */
interface Weighted {
  readonly weights: Float32Array;
  readonly weightsShape: readonly number[];
  readonly bias: Float32Array;
}

/** A convolution, padded SAME, followed by RELU. */
interface Convolution extends Weighted {
  /** CONV_2D has OHWI weights, DEPTHWISE_CONV_2D 1HWC. */
  readonly kind: "CONV_2D" | "DEPTHWISE_CONV_2D";
  readonly stride: number;
}

/** A dense layer without activation; weights [outputs, inputs]. */
interface Dense extends Weighted {
  readonly kind: "FULLY_CONNECTED";
}

interface Unweighted {
  readonly kind: "RESHAPE" | "SOFTMAX";
}

export type FloatLayer = (Convolution | Dense | Unweighted) & {
  readonly name: string;
  /** Without the batch. */
  readonly outputShape: readonly number[];
};

/** The layers of a network that `network.ts` built. */
export function floatLayers(network: tf.LayersModel): FloatLayer[] {
  return inferenceLayers(network).map((layer) => {
    const common = { name: layer.name, outputShape: (layer.outputShape as number[]).slice(1) };
    const config = layer.getConfig();
    const stride = (config.strides as number[] | undefined)?.[0] ?? 1;
    switch (layer.getClassName()) {
      case "Conv2D": // HWIO
        return { ...common, kind: "CONV_2D", stride, ...weighted(layer, [3, 0, 1, 2]) };
      case "DepthwiseConv2D": // HWC1
        return { ...common, kind: "DEPTHWISE_CONV_2D", stride, ...weighted(layer, [3, 0, 1, 2]) };
      case "Dense": // inputs × outputs
        return { ...common, kind: "FULLY_CONNECTED", ...weighted(layer, [1, 0]) };
      case "Flatten":
        return { ...common, kind: "RESHAPE" };
      case "Softmax":
        return { ...common, kind: "SOFTMAX" };
      default:
        throw new Error(`${layer.getClassName()} is no layer of this network`);
    }
  });
}

/** @param order TFLite's dimensions as indexes of those of TensorFlow.js */
function weighted(layer: tf.layers.Layer, order: number[]): Weighted {
  const [kernel, bias] = layer.getWeights();
  const weights = tf.tidy(() => tf.transpose(kernel, order).dataSync() as Float32Array);
  const weightsShape = order.map((dimension) => kernel.shape[dimension]);
  return { weights, weightsShape, bias: bias.dataSync() as Float32Array };
}
