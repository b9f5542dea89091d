/**
 * Makes this folder's model from nothing: trains, quantizes, measures, writes. `npm run train:digits`; it takes about
 * ten minutes on one core.
 */
import * as tf from "@tensorflow/tfjs";
import { accuracy } from "./accuracy.js";
import { calibrate } from "./calibrate.js";
import { loadDigits } from "./data.js";
import { registerFilterGradients } from "./filter-gradients.js";
import { fitNetwork } from "./fit.js";
import { floatLayers } from "./float-layers.js";
import { classifier } from "./int8-classifier.js";
import { buildNetwork, classify } from "./network.js";
import { quantize } from "./quantize.js";
import { write } from "./write.js";

/** Training digits whose activations set the int8 scales. */
const CALIBRATION = 1000;

await tf.setBackend("cpu");
registerFilterGradients();
const { training, holdout } = loadDigits();
const network = buildNetwork();
await fitNetwork(network, training, (epoch, epochs, loss) =>
  console.log(`epoch ${epoch} of ${epochs}: loss ${loss.toFixed(4)}`),
);
const graph = quantize("digits", floatLayers(network), calibrate(network, training.slice(0, CALIBRATION)));
write(graph, holdout);
console.log(`held-out digits right, float: ${accuracy(holdout, classify(network, holdout))}`);
console.log(`held-out digits right, int8:  ${accuracy(holdout, holdout.map(classifier(graph)))}`);
