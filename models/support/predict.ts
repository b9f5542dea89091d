/** What a float network says of pictures. */
import * as tf from "@tensorflow/tfjs";
import { type Picture, SIDE } from "./picture.js";

/** How many pictures go through a network at a time. */
const BATCH = 500;

/** Pictures as a network takes them: [pictures, SIDE, SIDE, 1], pixel / 255. */
export function images(pictures: readonly Picture[]): tf.Tensor4D {
  const values = new Float32Array(pictures.length * SIDE * SIDE);
  for (const [i, { pixels }] of pictures.entries())
    values.set(
      Float32Array.from(pixels, (pixel) => pixel / 255),
      i * SIDE * SIDE,
    );
  return tf.tensor4d(values, [pictures.length, SIDE, SIDE, 1]);
}

/** The label that a network gives each picture. */
export function classify(network: tf.LayersModel, pictures: readonly Picture[]): number[] {
  const labels: number[] = [];
  for (let at = 0; at < pictures.length; at += BATCH)
    tf.tidy(() => {
      const probabilities = network.predict(images(pictures.slice(at, at + BATCH))) as tf.Tensor;
      labels.push(...probabilities.argMax(1).dataSync());
    });
  return labels;
}
