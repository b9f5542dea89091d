/** Columns of weights, and what the lanes of their sums may come to. */
import type { Interval } from "../../arithmetic/scaling.js";
import { type ElementBits, leastOf } from "../element.js";
import type { Layer } from "./layer.js";
import { combine, type Layout, placeOf, places, vector } from "./layout.js";
import type { Scalar } from "./scalars.js";

/** The accumulators that a channel may have, the bias among them, whatever the inputs. */
export function accumulators(
  { element, channels, inputZeroPoint }: Pick<Layer, "element" | "channels" | "inputZeroPoint">,
  channel: number,
): Interval {
  const { weights, bias } = channels[channel];
  let [min, max] = [bias, bias];
  for (const weight of weights) {
    const [low, high] = ends(weight, leastOf(element) - inputZeroPoint, element);
    min += low;
    max += high;
  }
  return { min, max };
}

/** Least and greatest weight · x for all values of x. @param first the least of them */
function ends(weight: number, first: number, element: ElementBits): [min: number, max: number] {
  const [a, b] = [weight * first, weight * (first + 2 ** element - 1)];
  return a < b ? [a, b] : [b, a];
}

/** Whether any channel has a weight for an input of the factor. */
export function isUsed({ channels }: Layer, input: number, { low, high = low }: Scalar): boolean {
  return channels.some(({ weights }) => weights[input + low] !== 0 || weights[input + high] !== 0);
}

/** The weights that one factor is multiplied by. @param input the first of its word */
export function columnOf(layer: Layer, layout: Layout, input: number, { low, high }: Scalar): bigint {
  const weight = (byte: number) => (o: number) => layer.channels[o].weights[input + byte];
  const lowWeights = vector(layout, weight(low));
  // The product with x[low] + x[high] · 2^bits has w[low] · x[low] + w[high] · x[high] in each channel's lane.
  return high === undefined ? lowWeights : lowWeights + (vector(layout, weight(high)) >> BigInt(layout.bits));
}

/** Products that are added up in lanes without leaving them. With two inputs at once, others lie between the channels'. */
export class Run {
  readonly #layer: Layer;
  readonly #layout: Layout;
  /** What each input of a word stands for at least. */
  readonly #least: readonly number[];
  readonly #min: Float64Array;
  readonly #max: Float64Array;

  constructor(layer: Layer, layout: Layout, offsets: readonly number[]) {
    this.#layer = layer;
    this.#layout = layout;
    this.#least = offsets.map((offset) => offset + leastOf(layer.element));
    const lanes = layout.inputs === 1 ? places(layout) : 2 * places(layout) + 1;
    this.#min = new Float64Array(lanes);
    this.#max = new Float64Array(lanes);
  }

  /** Takes the product of a factor in. @returns false where lanes have no room for it: then nothing is changed */
  add(input: number, { low, high }: Scalar): boolean {
    const [min, max] = [this.#min.slice(), this.#max.slice()];
    const add = (lane: number, weight: number, byte: number) => {
      const [least, most] = ends(weight, this.#least[byte], this.#layer.element);
      min[lane] += least;
      max[lane] += most;
    };
    for (const [o, { weights }] of this.#layer.channels.entries()) {
      const place = placeOf(this.#layout, o);
      if (high === undefined) {
        add(place, weights[input + low], low);
        continue;
      }
      const lane = 2 * place;
      const [a, b] = [weights[input + low], weights[input + high]];
      add(lane, b, low);
      add(lane + 1, a, low);
      add(lane + 1, b, high);
      add(lane + 2, a, high);
    }
    if (max.some((it, lane) => it - min[lane] >= 2 ** this.#layout.bits)) return false;
    this.#min.set(min);
    this.#max.set(max);
    return true;
  }

  /** What its sum has to begin with so that no lane ends below 0. */
  start(): bigint {
    return combine(
      Array.from(this.#min, (it) => BigInt(-it)),
      this.#layout.bits,
    );
  }
}
