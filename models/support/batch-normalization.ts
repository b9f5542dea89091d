/**
 * Batch normalization that trains quickly. The gradients of TensorFlow.js's own are put together from two dozen general
 * operators, and take longer than all convolutions; these are four passes over the elements.
 */
import * as tf from "@tensorflow/tfjs";

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
    return normalized(x, gamma, beta, moments);
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

/** Of each channel over a batch. */
interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

function momentsOf(x: tf.Tensor): Moments {
  const values = x.dataSync() as Float32Array;
  const channels = x.shape.at(-1)!;
  const [sums, squares] = [new Float64Array(channels), new Float64Array(channels)];
  for (let at = 0; at < values.length; at += channels)
    for (let c = 0; c < channels; c++) {
      const value = values[at + c];
      sums[c] += value;
      squares[c] += value * value;
    }
  const positions = values.length / channels;
  const mean = sums.map((sum) => sum / positions);
  return { mean, variance: squares.map((square, c) => Math.max(0, square / positions - mean[c] ** 2)) };
}

function normalized(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, { mean, variance }: Moments): tf.Tensor {
  const inverse = variance.map((value) => 1 / Math.sqrt(value + EPSILON));
  const operation = tf.customGrad((...args) => {
    const [x, gamma, beta, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([x, gamma]);
    const scales = inverse.map((value, c) => value * gamma.dataSync()[c]);
    const shifts = mean.map((value, c) => beta.dataSync()[c] - value * scales[c]);
    const values = x.dataSync() as Float32Array;
    const result = new Float32Array(values.length);
    const channels = scales.length;
    for (let at = 0; at < values.length; at += channels)
      for (let c = 0; c < channels; c++) result[at + c] = values[at + c] * scales[c] + shifts[c];
    const gradFunc = (dy: tf.Tensor, [x, gamma]: tf.Tensor[]) => gradients(x, gamma, dy, mean, inverse);
    return { value: tf.tensor(result, x.shape), gradFunc };
  });
  return operation(x, gamma, beta);
}

/** Gradients of x, gamma and beta. */
function gradients(
  x: tf.Tensor,
  gamma: tf.Tensor,
  dy: tf.Tensor,
  mean: Float64Array,
  inverse: Float64Array,
): tf.Tensor[] {
  const [values, slopes] = [x.dataSync() as Float32Array, dy.dataSync() as Float32Array];
  const channels = mean.length;
  const [sums, products] = [new Float64Array(channels), new Float64Array(channels)];
  for (let at = 0; at < values.length; at += channels)
    for (let c = 0; c < channels; c++) {
      sums[c] += slopes[at + c];
      products[c] += slopes[at + c] * values[at + c];
    }
  const positions = values.length / channels;
  const scales = Float64Array.from(gamma.dataSync(), (value, c) => value * inverse[c]);
  const gammas = products.map((product, c) => inverse[c] * (product - mean[c] * sums[c]));
  // dx = scale · (dy − mean(dy) − x̂ · mean(dy · x̂)), written as a sum over dy, x and 1.
  const ofX = gammas.map((value, c) => (-scales[c] * inverse[c] * value) / positions);
  const rest = sums.map((sum, c) => (-scales[c] * sum) / positions - ofX[c] * mean[c]);
  const result = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += channels)
    for (let c = 0; c < channels; c++)
      result[at + c] = scales[c] * slopes[at + c] + ofX[c] * values[at + c] + rest[c];
  return [
    tf.tensor(result, x.shape),
    tf.tensor1d(Float32Array.from(gammas)),
    tf.tensor1d(Float32Array.from(sums)),
  ];
}
