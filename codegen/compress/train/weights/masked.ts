import { mul, type Tensor, tensor } from "@tensorflow/tfjs-core";
import type { Mask } from "../../prune/mask.js";
import { channelIndexes, checkMask } from "../../prune/method.js";
import type { Arrays } from "../checkpoint.js";
import type { Parameter } from "../parameter.js";
import type { WeightSource } from "./source.js";

/** A constant that is trained as it is, but for what a mask prunes: that is zero, and has no gradient. */
export class MaskedWeights implements WeightSource {
  readonly parameters: readonly [Parameter];
  #mask: Mask | undefined;
  readonly #channelAxis: number;

  /**
   * @param channelAxis the dimension that has an index for each output channel
   * @throws Refusal `mask-shape` or `mask-value`
   */
  constructor(parameter: Parameter, channelAxis: number, mask?: Mask) {
    this.parameters = [parameter];
    this.#channelAxis = channelAxis;
    this.mask = mask;
  }

  /** Can change on the way; undefined where nothing is pruned. */
  get mask(): Mask | undefined {
    return this.#mask;
  }

  set mask(mask: Mask | undefined) {
    if (mask) checkMask(mask, this.parameters[0].shape);
    this.#mask = mask;
  }

  read([values]: readonly Tensor[]): Tensor {
    return this.mask ? mul(values, tensor(Float32Array.from(this.mask), values.shape)) : values;
  }

  value(): Float32Array {
    return this.held(this.parameters[0].values);
  }

  /** Other values, with zeros where the mask prunes. */
  held(values: Float32Array): Float32Array {
    const { mask } = this;
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
