import * as tf from "@tensorflow/tfjs";
import type { Digit } from "./data.js";
import type { Range } from "./int8.js";
import { images, inferenceLayers } from "./network.js";

/** The least and greatest output of every inference layer of a network over some digits. */
export function calibrate(network: tf.LayersModel, digits: readonly Digit[]): Range[] {
  const outputs = inferenceLayers(network).map((layer) => layer.output as tf.SymbolicTensor);
  const observer = tf.model({ inputs: network.inputs, outputs });
  return tf.tidy(() => {
    const activations = observer.predict(images(digits)) as tf.Tensor[];
    return activations.map((values) => ({
      min: values.min().dataSync()[0],
      max: values.max().dataSync()[0],
    }));
  });
}
