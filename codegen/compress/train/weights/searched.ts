/** Low-bit weights that are searched for: SLB (Yang et al. 2020, arXiv:2009.08695, Searching for Low-Bit Weights in Quantized Neural Networks). */
import { mul, reshape, softmax, sum, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { elements } from "../../../graph/graph.js";
import { channelIndexes } from "../../prune/method.js";
import { LOW_BIT_VALUES, type LowBitFormat } from "../../quantize/formats.js";
import { quantizeRow } from "../../quantize/weights.js";
import type { Arrays } from "../checkpoint.js";
import type { Parameter } from "../parameter.js";
import type { WeightSource } from "./source.js";

/** The temperature falls exponentially from the first to the last one. */
const TEMPERATURES = [1, 0.01] as const;
/** The share of the training after which each weight is the likeliest value, and only scales are trained. */
const DECIDED = 0.7;
/** How sure of the nearest value probabilities are at first: interpolation between neighbours is nearly linear then. */
const SHARPNESS = 3;

/**
 * Each weight is a random variable over the values of a format, and what layers compute with is its mean. As the temperature
 * falls, one value remains. Each output channel has a scale, which is trained with the probabilities.
 */
export class SearchedWeights implements WeightSource {
  readonly roundsItself = true;
  readonly #shape: readonly number[];
  readonly #channelAxis: number;
  readonly #channels: readonly Int32Array[];
  /** The output channel of each weight. */
  readonly #channelOf: Int32Array;
  readonly #values: Float32Array;
  /** [weights, values] */
  readonly #logits: Parameter;
  readonly #scales: Parameter;
  #temperature: number = TEMPERATURES[0];
  #isDecided = false;

  /** @param start weights to begin near to */
  constructor({ name, shape, values }: Parameter, channelAxis: number, format: LowBitFormat) {
    this.#shape = shape;
    this.#channelAxis = channelAxis;
    this.#channels = channelIndexes(shape, channelAxis);
    this.#values = Float32Array.from(LOW_BIT_VALUES[format]);
    this.#channelOf = new Int32Array(values.length);
    const count = this.#values.length;
    const logits = new Float32Array(values.length * count);
    const scales = this.#channels.map((indexes, channel) => {
      const row = Float64Array.from(indexes, (i) => values[i]);
      const { scale } = quantizeRow(row, format, 0);
      for (const i of indexes) {
        this.#channelOf[i] = channel;
        for (let k = 0; k < count; k++)
          logits[i * count + k] = -SHARPNESS * (values[i] / scale - this.#values[k]) ** 2;
      }
      return scale;
    });
    this.#logits = { name: `${name}/logits`, shape: [values.length, count], values: logits };
    this.#scales = { name: `${name}/scales`, shape: [scales.length], values: Float32Array.from(scales) };
  }

  get parameters(): readonly Parameter[] {
    return this.#isDecided ? [this.#scales] : [this.#scales, this.#logits];
  }

  /** One for each output channel. */
  get scales(): Float32Array {
    return this.#scales.values;
  }

  read([scales, logits]: readonly Tensor[]): Tensor {
    const units = logits ? this.#mean(logits) : tensor(this.#likeliest());
    const apart = this.#shape.map((size, dimension) => (dimension === this.#channelAxis ? size : 1));
    return mul(reshape(units, [...this.#shape]), reshape(scales, apart));
  }

  value(): Float32Array {
    return this.#likeliest().map((unit, i) => unit * this.scales[this.#channelOf[i]]);
  }

  scale(factors: Float32Array): void {
    const count = this.#values.length;
    factors.forEach((factor, channel) => {
      this.scales[channel] *= Math.abs(factor);
      // Scales stay positive: the values are symmetric, so the channel's probabilities turn around instead.
      if (factor < 0)
        for (const i of this.#channels[channel])
          this.#logits.values.subarray(i * count, (i + 1) * count).reverse();
    });
  }

  advance(progress: number): void {
    const [first, last] = TEMPERATURES;
    this.#temperature = first * (last / first) ** Math.min(1, progress / DECIDED);
    this.#isDecided = progress >= DECIDED;
  }

  save(): Arrays {
    const decided = Float64Array.of(+this.#isDecided, this.#temperature);
    return new Map<string, Float32Array | Float64Array>([
      ["logits", this.#logits.values],
      ["decided", decided],
    ]);
  }

  load(arrays: Arrays): void {
    this.#logits.values.set(arrays.get("logits")!);
    const [isDecided, temperature] = arrays.get("decided")!;
    this.#isDecided = isDecided === 1;
    this.#temperature = temperature;
  }

  #mean(logits: Tensor): Tensor {
    return sum(mul(softmax(mul(logits, 1 / this.#temperature)), tensor(this.#values)), -1);
  }

  #likeliest(): Float32Array {
    const count = this.#values.length;
    const { values } = this.#logits;
    return Float32Array.from({ length: elements(this.#shape) }, (_, i) => {
      let best = 0;
      for (let k = 1; k < count; k++) if (values[i * count + k] > values[i * count + best]) best = k;
      return this.#values[best];
    });
  }
}
