/** Training: Adam, a learning rate that falls to zero along a cosine, fresh variations of the pictures each epoch. */
import * as tf from "@tensorflow/tfjs";
import { CLASSES, type Picture } from "./picture.js";
import { images } from "./predict.js";
import { type Random, seeded, shuffled } from "./random.js";

/** How to train. */
export interface Course {
  readonly epochs: number;
  /** Pictures of one step. */
  readonly batch: number;
  /** At the beginning. */
  readonly learningRate: number;
  readonly seed: number;
  /** What an epoch shows instead of a picture. */
  readonly vary: (picture: Picture, random: Random) => Picture;
}

/** Adam whose learning rate can change on the way. */
class ScheduledAdam extends tf.AdamOptimizer {
  set rate(rate: number) {
    this.learningRate = rate;
  }
}

/**
 * Trains a network in place.
 *
 * @param report called after each epoch with the number of epochs done, of how many, and the mean loss of the epoch
 */
export async function fitNetwork(
  network: tf.LayersModel,
  training: readonly Picture[],
  { epochs, batch: size, learningRate, seed, vary }: Course,
  report: (epoch: number, epochs: number, loss: number) => void,
): Promise<void> {
  const optimizer = new ScheduledAdam(learningRate, 0.9, 0.999);
  network.compile({ optimizer, loss: "categoricalCrossentropy" });
  const random = seeded(seed);
  const batches = Math.floor(training.length / size);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffled(training, random);
    let loss = 0;
    for (let batch = 0; batch < batches; batch++) {
      const progress = (epoch + batch / batches) / epochs;
      optimizer.rate = (learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
      const pictures = order.slice(batch * size, (batch + 1) * size);
      loss += await step(
        network,
        pictures.map((picture) => vary(picture, random)),
      );
    }
    report(epoch + 1, epochs, loss / batches);
  }
}

/** One step of the optimizer. @returns the loss */
async function step(network: tf.LayersModel, pictures: readonly Picture[]): Promise<number> {
  const x = images(pictures);
  const y = tf.oneHot(
    pictures.map(({ label }) => label),
    CLASSES,
  );
  const loss = (await network.trainOnBatch(x, y)) as number;
  tf.dispose([x, y]);
  return loss;
}
