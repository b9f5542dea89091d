/** Rounding that gradients pass through. */
import { clone, customGrad, mul, type Tensor, tensor } from "@tensorflow/tfjs-core";

/** Values that a function makes of a tensor's, and which of them the gradient passes. */
export interface Rounded {
  readonly values: Float32Array;
  /** 1 where the gradient passes, 0 where it does not; it passes everywhere where not given. */
  readonly passes?: Float32Array;
}

/**
 * The straight-through estimator (Bengio et al. 2013, arXiv:1308.3432): what is computed is rounded, and the gradient is that of
 * the identity, or zero where values are clamped.
 */
export function straightThrough(x: Tensor, round: (values: Float32Array) => Rounded): Tensor {
  const operation = customGrad((input) => {
    const { values, passes } = round((input as Tensor).dataSync() as Float32Array);
    const { shape } = input as Tensor;
    const gradFunc = (dy: Tensor) => (passes ? mul(dy, tensor(passes, shape)) : clone(dy));
    return { value: tensor(values, shape), gradFunc };
  });
  return operation(x);
}
