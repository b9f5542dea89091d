/** What is minimized: means over a batch, as scalars. */
import {
  logSoftmax,
  mean,
  mul,
  neg,
  oneHot,
  type Scalar,
  softmax,
  square,
  sub,
  sum,
  type Tensor,
  tensor1d,
} from "@tensorflow/tfjs-core";

/**
 * Cross-entropy of labels.
 *
 * @param logits [samples, classes]
 */
export function crossEntropy(logits: Tensor, labels: readonly number[]): Scalar {
  const wanted = oneHot(tensor1d(labels as number[], "int32"), logits.shape.at(-1)!);
  return mean(neg(sum(mul(wanted, logSoftmax(logits)), -1)));
}

/**
 * Cross-entropy with a teacher's probabilities, both softened by a temperature, times its square, which keeps the size of
 * gradients (Hinton et al. 2015, arXiv:1503.02531, section 2); less the teacher's entropy, so that a perfect student has 0.
 *
 * @param logits [samples, classes], as are the teacher's
 */
export function distillation(logits: Tensor, teacher: Tensor, temperature: number): Scalar {
  const [ours, theirs] = [logits, teacher].map((it) => mul(it, 1 / temperature));
  const apart = sub(logSoftmax(theirs), logSoftmax(ours));
  return mul(mean(sum(mul(softmax(theirs), apart), -1)), temperature ** 2);
}

/** The mean over all elements of the squared difference. */
export function squaredError(found: Tensor, wanted: Tensor): Scalar {
  return mean(square(sub(found, wanted)));
}
