import { mul, type Tensor, tensor } from "@tensorflow/tfjs-core";
import type { Mask } from "../../prune/mask.js";
import { channelIndexes } from "../../prune/method.js";
import type { Arrays } from "../checkpoint.js";
import type { Parameter } from "../parameter.js";
import type { WeightSource } from "./source.js";

/** A constant that is trained as it is, but for what a mask prunes: that is zero, and has no gradient. */
export class MaskedWeights implements WeightSource {
  readonly parameters: readonly [Parameter];
  /** Can change on the way; undefined where nothing is pruned. */
  mask: Mask | undefined;
  readonly #channelAxis: number;

  /** @param channelAxis the dimension that has an index for each output channel */
  constructor(parameter: Parameter, channelAxis: number, mask?: Mask) {
    this.parameters = [parameter];
    this.mask = mask;
    this.#channelAxis = channelAxis;
  }

  read([values]: readonly Tensor[]): Tensor {
    return this.mask ? mul(values, tensor(Float32Array.from(this.mask), values.shape)) : values;
  }

  value(): Float32Array {
    const { mask } = this;
    const [{ values }] = this.parameters;
    return mask ? values.map((value, i) => (mask[i] ? value : 0)) : values.slice();
  }

  scale(factors: Float32Array): void {
    const [{ shape, values }] = this.parameters;
    channelIndexes(shape, this.#channelAxis).forEach((indexes, channel) => {
      for (const i of indexes) values[i] *= factors[channel];
    });
  }

  save(): Arrays {
    return this.mask ? new Map([["mask", this.mask]]) : new Map();
  }

  load(arrays: Arrays): void {
    const mask = arrays.get("mask");
    this.mask = mask && Uint8Array.from(mask);
  }
}
