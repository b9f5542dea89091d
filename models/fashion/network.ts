/** The float network: depthwise and pointwise convolutions with batch normalization, and three shortcuts. */
import * as tf from "@tensorflow/tfjs";
import { BatchNormalization } from "../support/batch-normalization.js";
import { CLASSES, SIDE } from "../support/picture.js";

const WEIGHTS_SEED = 300;

/** Gives every layer its own seed. */
class Layers {
  private seed = WEIGHTS_SEED;

  /** A convolution without bias, and batch normalization. */
  conv(input: tf.SymbolicTensor, name: string, filters: number, kernelSize: number, strides: number) {
    const kernelInitializer = tf.initializers.heNormal({ seed: this.seed++ });
    const layer = tf.layers.conv2d({
      ...{ name, filters, kernelSize, strides, padding: "same", useBias: false, kernelInitializer },
    });
    return normalized(layer.apply(input) as tf.SymbolicTensor, name);
  }

  /** Depthwise 3 × 3, then pointwise; no activation at the end. */
  separable(input: tf.SymbolicTensor, name: string, filters: number, stride: number) {
    const depthwiseInitializer = tf.initializers.randomNormal({
      stddev: Math.sqrt(2 / 9),
      seed: this.seed++,
    });
    const strides: [number, number] = [stride, stride];
    const depthwise = `${name}_depthwise`;
    const layer = tf.layers.depthwiseConv2d({
      ...{ name: depthwise, kernelSize: 3, strides, padding: "same", useBias: false, depthwiseInitializer },
    });
    const filtered = relu(normalized(layer.apply(input) as tf.SymbolicTensor, depthwise), depthwise);
    return this.conv(filtered, name, filters, 1, 1);
  }

  /** A separable convolution beside a shortcut. */
  residual(input: tf.SymbolicTensor, name: string) {
    const changed = this.separable(input, name, input.shape[3]!, 1);
    return relu(tf.layers.add({ name: `${name}_add` }).apply([input, changed]) as tf.SymbolicTensor, name);
  }

  dense(input: tf.SymbolicTensor, name: string, units: number) {
    const kernelInitializer = tf.initializers.heNormal({ seed: this.seed++ });
    return tf.layers.dense({ name, units, kernelInitializer }).apply(input) as tf.SymbolicTensor;
  }
}

export function buildNetwork(): tf.LayersModel {
  const layers = new Layers();
  const image = tf.input({ name: "image", shape: [SIDE, SIDE, 1] });
  let x = relu(layers.conv(image, "edges", 16, 5, 2), "edges");
  x = relu(layers.separable(x, "weave", 32, 1), "weave");
  x = layers.residual(x, "weave_more");
  x = relu(layers.separable(x, "parts", 64, 2), "parts");
  x = layers.residual(x, "parts_more");
  x = layers.residual(x, "parts_most");
  x = relu(layers.separable(x, "pieces", 128, 2), "pieces");
  x = tf.layers.globalAveragePooling2d({ name: "mean" }).apply(x) as tf.SymbolicTensor;
  x = layers.dense(x, "logits", CLASSES);
  const probabilities = tf.layers.softmax({ name: "probabilities" }).apply(x) as tf.SymbolicTensor;
  return tf.model({ name: "fashion", inputs: image, outputs: probabilities });
}

function normalized(input: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return new BatchNormalization({ name: `${name}_normalized` }).apply(input) as tf.SymbolicTensor;
}

function relu(input: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return tf.layers.reLU({ name: `${name}_relu` }).apply(input) as tf.SymbolicTensor;
}
