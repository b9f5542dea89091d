/**
 * Makes this folder's models from nothing: trains, quantizes, measures, writes. `npm run train:digits`; it takes about
 * ten minutes on one core.
 */
import * as tf from "@tensorflow/tfjs";
import { accuracy } from "../support/accuracy.js";
import { registerFilterGradients } from "../support/filter-gradients.js";
import { type Course, fitNetwork } from "../support/fit.js";
import { floatGraph } from "../support/float-graph.js";
import { classifier } from "../support/int8-classifier.js";
import { classify } from "../support/predict.js";
import { varyPicture } from "../support/variation.js";
import { calibrate } from "./calibrate.js";
import { loadDigits } from "./data.js";
import { buildNetwork } from "./network.js";
import { quantize } from "./quantize.js";
import { DIGITS_VARIATION } from "./variation.js";
import { write } from "./write.js";

/** Training digits whose activations set the int8 scales. */
const CALIBRATION = 1000;

const COURSE: Course = {
  epochs: 24,
  batch: 32,
  learningRate: 0.004,
  seed: 2,
  vary: varyPicture(DIGITS_VARIATION),
};

await tf.setBackend("cpu");
registerFilterGradients();
const { training, holdout } = loadDigits();
const network = buildNetwork();
await fitNetwork(network, training, COURSE, (epoch, epochs, loss) =>
  console.log(`epoch ${epoch} of ${epochs}: loss ${loss.toFixed(4)}`),
);
const float = floatGraph("digits", network);
const int8 = quantize(float, calibrate(network, training.slice(0, CALIBRATION)));
write(float, int8, holdout);
console.log(`held-out digits right, float: ${accuracy(holdout, classify(network, holdout))}`);
console.log(`held-out digits right, int8:  ${accuracy(holdout, holdout.map(classifier(int8)))}`);
