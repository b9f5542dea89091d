import * as tf from "@tensorflow/tfjs";
import type { Picture } from "../support/picture.js";
import { images } from "../support/predict.js";
import type { Range } from "./int8.js";

/** The least and greatest output of every layer of a network, other than dropout, over some digits. */
export function calibrate(network: tf.LayersModel, digits: readonly Picture[]): Range[] {
  const layers = network.layers.filter((layer) => layer.getClassName() !== "Dropout");
  const outputs = layers.map((layer) => layer.output as tf.SymbolicTensor);
  const observer = tf.model({ inputs: network.inputs, outputs });
  return tf.tidy(() => {
    const activations = observer.predict(images(digits)) as tf.Tensor[];
    return activations.map((values) => ({
      min: values.min().dataSync()[0],
      max: values.max().dataSync()[0],
    }));
  });
}
