/** Training: Adam, a learning rate that falls to zero along a cosine, fresh distortions each epoch. */
import * as tf from "@tensorflow/tfjs";
import { distort } from "./augment.js";
import type { Digit } from "./data.js";
import { images } from "./network.js";
import { type Random, seeded, shuffled } from "./random.js";

const EPOCHS = 24;
const BATCH = 32;
const LEARNING_RATE = 0.004;
const TRAINING_SEED = 2;
/** Part of the digits that an epoch shows as they are, as sharp as those the model will meet. */
const UNDISTORTED = 0.25;

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
  training: readonly Digit[],
  report: (epoch: number, epochs: number, loss: number) => void,
): Promise<void> {
  const optimizer = new ScheduledAdam(LEARNING_RATE, 0.9, 0.999);
  network.compile({ optimizer, loss: "categoricalCrossentropy" });
  const random = seeded(TRAINING_SEED);
  const batches = Math.floor(training.length / BATCH);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const order = shuffled(training, random);
    let loss = 0;
    for (let batch = 0; batch < batches; batch++) {
      const progress = (epoch + batch / batches) / EPOCHS;
      optimizer.rate = (LEARNING_RATE * (1 + Math.cos(Math.PI * progress))) / 2;
      const digits = order.slice(batch * BATCH, (batch + 1) * BATCH);
      loss += await step(
        network,
        digits.map((digit) => vary(digit, random)),
      );
    }
    report(epoch + 1, EPOCHS, loss / batches);
  }
}

function vary(digit: Digit, random: Random): Digit {
  return random() < UNDISTORTED ? digit : { ...digit, pixels: distort(digit.pixels, random) };
}

/** One step of the optimizer. @returns the loss */
async function step(network: tf.LayersModel, digits: readonly Digit[]): Promise<number> {
  const x = images(digits);
  const y = tf.oneHot(
    digits.map(({ label }) => label),
    10,
  );
  const loss = (await network.trainOnBatch(x, y)) as number;
  tf.dispose([x, y]);
  return loss;
}
