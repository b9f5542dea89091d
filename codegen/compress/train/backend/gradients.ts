/**
 * Gradients of TensorFlow.js's own kernels, as far as models and losses are made of them: its core comes without any on Node, and those
 * of maximum and minimum do not know of broadcasting.
 */
import * as tf from "@tensorflow/tfjs-core";
import { atLeast, greater } from "./masks.js";

/** Registers them, in the place of others of the same kernels. */
export function registerGradients(): void {
  for (const gradient of GRADIENTS) tf.registerGradient(gradient);
}

/** A kernel on `x`, by the gradient of its input. */
function unary(
  kernelName: string,
  gradient: (dy: tf.Tensor, x: tf.Tensor, attributes: tf.NamedAttrMap) => tf.Tensor,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ["x"],
    gradFunc: (dy, [x], attributes) => ({ x: () => gradient(dy as tf.Tensor, x, attributes) }),
  };
}

type BinaryGradient = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** A kernel on `a` and `b`, which broadcast, by the gradient of each. */
function binary(kernelName: string, first: BinaryGradient, second: BinaryGradient): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc: (dy, [a, b]) => ({
      a: () => gathered(first(dy as tf.Tensor, a, b), a.shape),
      b: () => gathered(second(dy as tf.Tensor, a, b), b.shape),
    }),
  };
}

/** The gradient of a tensor from that of the larger one that it was broadcast to. */
function gathered(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, shape);
}

/** What a sum over axes hands back to each of its terms. */
function scattered(dy: tf.Tensor, x: tf.Tensor, { axis }: tf.NamedAttrMap): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis as number[], x.shape);
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  return tf.mul(tf.reshape(dy, kept), tf.ones(x.shape));
}

const GRADIENTS: readonly tf.GradConfig[] = [
  binary(
    "Add",
    (dy) => dy,
    (dy) => dy,
  ),
  binary("Sub", (dy) => dy, tf.neg),
  binary(
    "Multiply",
    (dy, _, b) => tf.mul(dy, b),
    (dy, a) => tf.mul(dy, a),
  ),
  binary(
    "RealDiv",
    (dy, _, b) => tf.div(dy, b),
    (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.square(b))),
  ),
  binary(
    "SquaredDifference",
    (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(a, b))),
    (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(b, a))),
  ),
  binary(
    "Maximum",
    (dy, a, b) => tf.mul(dy, atLeast(a, b)),
    (dy, a, b) => tf.mul(dy, greater(b, a)),
  ),
  binary(
    "Minimum",
    (dy, a, b) => tf.mul(dy, atLeast(b, a)),
    (dy, a, b) => tf.mul(dy, greater(a, b)),
  ),
  ...["Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual"].map(
    (name): tf.GradConfig => ({
      kernelName: name,
      inputsToSave: ["a", "b"],
      gradFunc: (_, [a, b]) => ({ a: () => tf.zeros(a.shape), b: () => tf.zeros(b.shape) }),
    }),
  ),
  ...["Step", "Sign", "Floor", "Ceil", "Round"].map((name) => unary(name, (_, x) => tf.zeros(x.shape))),
  unary("Neg", (dy) => tf.neg(dy)),
  unary("Abs", (dy, x) => tf.mul(dy, tf.sign(x))),
  unary("Square", (dy, x) => tf.mul(dy, tf.mul(2, x))),
  unary("Sqrt", (dy, x) => tf.div(dy, tf.mul(2, tf.sqrt(x)))),
  unary("Exp", (dy, x) => tf.mul(dy, tf.exp(x))),
  unary("Log", (dy, x) => tf.div(dy, x)),
  unary("ClipByValue", (dy, x, { clipValueMin, clipValueMax }) =>
    tf.mul(dy, tf.mul(atLeast(x, clipValueMin as number), atLeast(clipValueMax as number, x))),
  ),
  unary("Sum", scattered),
  unary("Mean", (dy, x, attributes) => tf.mul(scattered(dy, x, attributes), dy.size / x.size)),
  unary("Identity", (dy) => tf.clone(dy)),
  unary("Cast", (dy) => tf.clone(dy)),
  unary("Reshape", (dy, x) => tf.reshape(dy, x.shape)),
  unary("Transpose", (dy, _, { perm }) => {
    const back = (perm as number[]).map((_, axis) => (perm as number[]).indexOf(axis));
    return tf.transpose(dy, back);
  }),
  {
    // Of products as they are called here: neither operand is transposed.
    kernelName: "BatchMatMul",
    inputsToSave: ["a", "b"],
    gradFunc: (dy, [a, b]) => ({
      a: () => tf.matMul(dy as tf.Tensor, b, false, true),
      b: () => tf.matMul(a, dy as tf.Tensor, true),
    }),
  },
  {
    kernelName: "Softmax",
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({
      logits() {
        const slopes = tf.mul(dy as tf.Tensor, y);
        return tf.sub(slopes, tf.mul(tf.sum(slopes, -1, true), y));
      },
    }),
  },
  {
    kernelName: "Select",
    inputsToSave: ["condition"],
    gradFunc: (dy, [condition]) => ({
      condition: () => tf.zeros(condition.shape),
      t: () => tf.mul(dy as tf.Tensor, tf.cast(condition, "float32")),
      e: () => tf.mul(dy as tf.Tensor, tf.cast(tf.logicalNot(condition), "float32")),
    }),
  },
];
