/** The float network. */
import * as tf from "@tensorflow/tfjs";
import { SIDE } from "../support/picture.js";

const WEIGHTS_SEED = 3;
/** With a seed TensorFlow.js draws the same mask in each step: one for each place in the batch, 32 in all. */
const DROPOUT_SEED = 4;

/**
 * Six layers that compute. The first stride comes at once, so that no activation is much larger than the image; the
 * last convolution is separable, at a seventh of the cost of a whole one. Dropout is for training alone.
 */
export function buildNetwork(): tf.LayersModel {
  let seed = WEIGHTS_SEED * 100;
  const initializer = () => tf.initializers.heNormal({ seed: seed++ });
  const convolution = (name: string, filters: number, kernelSize: number, strides: number) => ({
    name,
    filters,
    kernelSize,
    strides,
    padding: "same" as const,
    activation: "relu" as const,
    kernelInitializer: initializer(),
  });
  const depthwise = (name: string, strides: number) => ({
    name,
    kernelSize: 3,
    strides: [strides, strides] as [number, number],
    padding: "same" as const,
    activation: "relu" as const,
    depthwiseInitializer: tf.initializers.randomNormal({ stddev: Math.sqrt(2 / 9), seed: seed++ }),
  });
  const { conv2d, depthwiseConv2d, flatten, dropout, dense, softmax } = tf.layers;
  return tf.sequential({
    layers: [
      conv2d({ inputShape: [SIDE, SIDE, 1], ...convolution("strokes", 6, 5, 2) }),
      depthwiseConv2d(depthwise("strokes_depthwise", 1)),
      conv2d(convolution("shapes", 16, 3, 2)),
      depthwiseConv2d(depthwise("shapes_depthwise", 2)),
      conv2d(convolution("parts", 32, 1, 1)),
      flatten({ name: "flat" }),
      dropout({ name: "dropout", rate: 0.2, seed: DROPOUT_SEED }),
      dense({ name: "logits", units: 10, kernelInitializer: initializer() }),
      softmax({ name: "probabilities" }),
    ],
  });
}
