/**
 * Networks that `compress` trains in place of narrower copies of the models. Their convolutions are few, not separable and with
 * strides: what XS takes time for is each activation, not each product, and of the many weights most may be zero.
 */
import * as tf from "@tensorflow/tfjs";
import { useWasm } from "../../codegen/compress/train/backend/wasm.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { floatGraph } from "../support/float-graph.js";
import { CLASSES, SIDE } from "../support/picture.js";

const WEIGHTS_SEED = 500;

interface Convolution {
  readonly filters: number;
  readonly kernelSize: number;
}

/**
 * 3×3 and 5×5 convolutions with stride 2, and a dense layer over all that they make: it is worth more than the mean of each channel, and
 * with zeros among its weights costs little.
 */
async function network(name: string, convolutions: readonly Convolution[]): Promise<Graph> {
  await useWasm(); // or there is no backend to make weights
  const image = tf.input({ name: "image", shape: [SIDE, SIDE, 1] });
  let x = convolutions.reduce((before, { filters, kernelSize }, i) => {
    const kernelInitializer = tf.initializers.heNormal({ seed: WEIGHTS_SEED + i });
    const convolution = tf.layers.conv2d({
      ...{ name: `features_${i + 1}`, filters, kernelSize, strides: 2, padding: "same", kernelInitializer },
    });
    const relu = tf.layers.reLU({ name: `features_${i + 1}_relu` });
    return relu.apply(convolution.apply(before)) as tf.SymbolicTensor;
  }, image);
  x = tf.layers.flatten().apply(x) as tf.SymbolicTensor;
  const kernelInitializer = tf.initializers.glorotNormal({ seed: WEIGHTS_SEED - 1 });
  x = tf.layers.dense({ name: "logits", units: CLASSES, kernelInitializer }).apply(x) as tf.SymbolicTensor;
  const probabilities = tf.layers.softmax({ name: "probabilities" }).apply(x) as tf.SymbolicTensor;
  return floatGraph(name, tf.model({ name, inputs: image, outputs: probabilities }));
}

/** 4,857 parameters. */
export function digitsStudent(): Promise<Graph> {
  const convolutions = [
    { filters: 4, kernelSize: 5 },
    { filters: 9, kernelSize: 3 },
  ];
  return network("digits_student", convolutions);
}

/** 26,016 parameters. */
export function fashionStudent(): Promise<Graph> {
  const convolutions = [
    { filters: 16, kernelSize: 5 },
    { filters: 36, kernelSize: 3 },
    { filters: 42, kernelSize: 3 },
  ];
  return network("fashion_student", convolutions);
}
