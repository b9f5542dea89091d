/** The float network, and what it says of digits. */
import * as tf from "@tensorflow/tfjs";
import { type Digit, SIDE } from "./data.js";

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

/** The layers that matter once training is over. */
export function inferenceLayers(network: tf.LayersModel): tf.layers.Layer[] {
  return network.layers.filter((layer) => layer.getClassName() !== "Dropout");
}

/** Digits as the network takes them: [digits, SIDE, SIDE, 1], pixel / 255. */
export function images(digits: readonly Digit[]): tf.Tensor4D {
  const values = new Float32Array(digits.length * SIDE * SIDE);
  for (const [i, { pixels }] of digits.entries())
    values.set(
      Float32Array.from(pixels, (pixel) => pixel / 255),
      i * SIDE * SIDE,
    );
  return tf.tensor4d(values, [digits.length, SIDE, SIDE, 1]);
}

/** The label that the float network gives each digit. */
export function classify(network: tf.LayersModel, digits: readonly Digit[]): number[] {
  return tf.tidy(() => {
    const probabilities = network.predict(images(digits)) as tf.Tensor;
    return Array.from(probabilities.argMax(1).dataSync());
  });
}
