/** Batch normalization that a layer has while it is trained, and that is folded into its weights then. */
import type { Tensor } from "@tensorflow/tfjs-core";
import { type Moments, momentsOf, normalized } from "./backend/batch-normalization.js";
import type { Arrays } from "./checkpoint.js";
import type { Parameter } from "./parameter.js";

/** How much of the moving averages stays in each step. */
const MOMENTUM = 0.95;
/** What is added to variances. */
const EPSILON = 1e-3;

/**
 * Ioffe & Szegedy 2015, arXiv:1502.03167, between a layer's sums and its activation. It begins as the identity on the data that
 * moments are given of.
 */
export class Normalization {
  readonly parameters: readonly [gamma: Parameter, beta: Parameter];
  readonly #moving: Moments;

  constructor(layer: string, { mean, variance }: Moments) {
    const shape = [mean.length];
    const deviations = Float32Array.from(variance, (value) => Math.sqrt(value + EPSILON));
    this.parameters = [
      { name: `${layer}/gamma`, shape, values: deviations },
      { name: `${layer}/beta`, shape, values: Float32Array.from(mean) },
    ];
    this.#moving = { mean: mean.slice(), variance: variance.slice() };
  }

  /** A batch normalized by its own moments, which the moving averages follow. */
  apply(x: Tensor, [gamma, beta]: readonly Tensor[]): Tensor {
    const moments = momentsOf(x);
    for (const part of ["mean", "variance"] as const)
      moments[part].forEach((value, c) => {
        this.#moving[part][c] += (1 - MOMENTUM) * (value - this.#moving[part][c]);
      });
    return normalized(x, gamma, beta, moments, EPSILON);
  }

  /** What normalization by moving averages multiplies each channel by, and then adds. */
  affine(): { readonly factor: Float32Array; readonly addend: Float32Array } {
    const { mean, variance } = this.#moving;
    const [gamma, beta] = this.parameters;
    const factor = gamma.values.map((value, c) => value / Math.sqrt(variance[c] + EPSILON));
    return { factor, addend: beta.values.map((value, c) => value - mean[c] * factor[c]) };
  }

  save(): Arrays {
    return new Map(Object.entries(this.#moving));
  }

  load(arrays: Arrays): void {
    this.#moving.mean.set(arrays.get("mean")!);
    this.#moving.variance.set(arrays.get("variance")!);
  }
}

/** The moments of several batches as one. */
export function joinMoments(batches: readonly Moments[]): Moments {
  const average = (of: (moments: Moments, c: number) => number) =>
    batches[0].mean.map((_, c) => batches.reduce((sum, moments) => sum + of(moments, c), 0) / batches.length);
  const mean = average((moments, c) => moments.mean[c]);
  const squares = average((moments, c) => moments.variance[c] + moments.mean[c] ** 2);
  return { mean, variance: squares.map((square, c) => Math.max(0, square - mean[c] ** 2)) };
}
