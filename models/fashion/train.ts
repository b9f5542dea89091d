/**
 * Makes this folder's model from nothing: trains, writes, measures. `npm run train:fashion`; it takes about a quarter of an hour
 * on one core.
 */

import { useWasm } from "../../codegen/compress/train/backend/wasm.js";
import { accuracy } from "../support/accuracy.js";
import { distort } from "../support/augment.js";
import { type Course, fitNetwork } from "../support/fit.js";
import { classify } from "../support/predict.js";
import { loadFashion } from "./data.js";
import { buildNetwork } from "./network.js";
import { write } from "./write.js";

/** Every other picture is seen a little differently each time. */
const LIMITS = { turn: 0.05, shear: 0.05, stretch: 0.05, shift: 1 };

const COURSE: Course = {
  epochs: 5,
  batch: 64,
  learningRate: 0.004,
  seed: 2,
  vary: (picture, random) =>
    random() < 0.5 ? picture : { ...picture, pixels: distort(picture.pixels, LIMITS, random) },
};

await useWasm();
const { training, holdout } = loadFashion();
const network = buildNetwork();
await fitNetwork(network, training, COURSE, (epoch, epochs, loss) =>
  console.log(`epoch ${epoch} of ${epochs}: loss ${loss.toFixed(4)}`),
);
write(network, holdout);
console.log(`held-out pictures right: ${accuracy(holdout, classify(network, holdout))}`);
