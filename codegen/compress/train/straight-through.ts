/** Rounding that gradients pass through. */
import { clone, customGrad, type Tensor, tensor } from "@tensorflow/tfjs-core";

/**
 * The straight-through estimator (Bengio et al. 2013, arXiv:1308.3432): what is computed is rounded, and the gradient is that of
 * the identity.
 */
export function straightThrough(x: Tensor, round: (values: Float32Array) => Float32Array): Tensor {
  const operation = customGrad((input) => {
    const values = round((input as Tensor).dataSync() as Float32Array);
    return { value: tensor(values, (input as Tensor).shape), gradFunc: (dy: Tensor) => clone(dy) };
  });
  return operation(x);
}
