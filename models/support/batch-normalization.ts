/** Batch normalization as a layer of TensorFlow.js that trains quickly. */
import * as tf from "@tensorflow/tfjs";
import { momentsOf, normalized } from "../../codegen/compress/train/backend/batch-normalization.js";

/** What TensorFlow.js adds to variances, by default. */
const EPSILON = 1e-3;
/** How much of the moving averages stays in each step. */
const MOMENTUM = 0.95;

/** Normalizes the last dimension, as `tf.layers.batchNormalization` does, with the same four weights in the same order. */
export class BatchNormalization extends tf.layers.Layer {
  static className = "FastBatchNormalization";
  private parameters: tf.LayerVariable[] = [];

  override build(inputShape: tf.Shape): void {
    const shape = [inputShape.at(-1)!];
    const add = (name: string, initializer: ReturnType<typeof tf.initializers.ones>, trainable: boolean) =>
      this.addWeight(name, shape, "float32", initializer, undefined, trainable);
    this.parameters = [
      add("gamma", tf.initializers.ones(), true),
      add("beta", tf.initializers.zeros(), true),
      add("moving_mean", tf.initializers.zeros(), false),
      add("moving_variance", tf.initializers.ones(), false),
    ];
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training }: { training?: boolean }): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const [gamma, beta, mean, variance] = this.parameters.map((parameter) => parameter.read());
    if (!training) return tf.batchNorm(x, mean, variance, beta, gamma, EPSILON);
    const moments = momentsOf(x);
    this.follow(2, moments.mean);
    this.follow(3, moments.variance);
    return normalized(x, gamma, beta, moments, EPSILON);
  }

  /** Where it comes between layers. */
  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  /** @returns per channel, the factor and the addend that normalization is once training is over */
  affine(): { readonly factor: Float32Array; readonly addend: Float32Array } {
    const [gamma, beta, mean, variance] = this.parameters.map(
      (parameter) => parameter.read().dataSync() as Float32Array,
    );
    const factor = gamma.map((g, c) => g / Math.sqrt(variance[c] + EPSILON));
    return { factor, addend: beta.map((b, c) => b - mean[c] * factor[c]) };
  }

  private follow(parameter: number, now: Float64Array): void {
    const before = this.parameters[parameter].read().dataSync();
    const next = now.map((value, c) => MOMENTUM * before[c] + (1 - MOMENTUM) * value);
    this.parameters[parameter].write(tf.tensor1d(Float32Array.from(next)));
  }
}
