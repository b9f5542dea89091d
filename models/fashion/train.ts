/**
 * Makes this folder's model from nothing: trains, writes, measures. `npm run train:fashion`; it takes about a quarter of an hour
 * on one core.
 */

import { useWasm } from "../../codegen/compress/train/backend/wasm.js";
import { accuracy } from "../support/accuracy.js";
import { type Course, fitNetwork } from "../support/fit.js";
import { classify } from "../support/predict.js";
import { varyPicture } from "../support/variation.js";
import { loadFashion } from "./data.js";
import { buildNetwork } from "./network.js";
import { FASHION_VARIATION } from "./variation.js";
import { write } from "./write.js";

const COURSE: Course = {
  epochs: 5,
  batch: 64,
  learningRate: 0.004,
  seed: 2,
  vary: varyPicture(FASHION_VARIATION),
};

await useWasm();
const { training, holdout } = loadFashion();
const network = buildNetwork();
await fitNetwork(network, training, COURSE, (epoch, epochs, loss) =>
  console.log(`epoch ${epoch} of ${epochs}: loss ${loss.toFixed(4)}`),
);
write(network, holdout);
console.log(`held-out pictures right: ${accuracy(holdout, classify(network, holdout))}`);
