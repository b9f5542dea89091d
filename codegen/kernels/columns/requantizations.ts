/** How the accumulators of channels are scaled, whatever the lanes. */

import { longShift } from "../../arithmetic/long-scaling.js";
import {
  fitScaling,
  type Interval,
  type Scaling,
  type Steps,
  scaledRange,
  stepsOf,
} from "../../arithmetic/scaling.js";
import type { ElementBits } from "../element.js";
import { accumulators } from "./columns.js";
import type { Layer } from "./layer.js";

/** Bits of a factor that XS multiplies by fastest. */
const FACTOR_BITS = 32;

/** Bits of a multiplier with which some factors fit, and with which all do. */
const LEAST_BITS = 18;
const MOST_BITS = 31;

/** Scalings that shift alike: one for all channels or one for each. */
export interface Scaled {
  readonly scalings: readonly Scaling[];
  /** Outputs are −2^k … 2^k − 1 before they are clamped. */
  readonly k: number;
  /** Whether some are below the least output, or above the greatest. */
  readonly isBelow: boolean;
  readonly isAbove: boolean;
}

/** The steps of one channel, and what was fitted to them. */
class Channel {
  readonly steps: Steps;
  readonly #fitted = new Map<string, Scaling | undefined>();

  constructor(steps: Steps) {
    this.steps = steps;
  }

  fit(shift: number, grain: number): Scaling | undefined {
    const key = `${shift} ${grain}`;
    if (!this.#fitted.has(key)) {
      const scaling = fitScaling(this.steps, shift, grain);
      this.#fitted.set(key, scaling && scaling.multiplier < 1n << BigInt(FACTOR_BITS) ? scaling : undefined);
    }
    return this.#fitted.get(key);
  }
}

export class Requantizations {
  /** The accumulators of each channel. */
  readonly ranges: readonly Interval[];
  /** Whether the channels have one multiplier. */
  readonly isUniform: boolean;
  /** Bits of outputs. */
  readonly #element: ElementBits;
  readonly #channels: readonly Channel[];

  private constructor(
    ranges: readonly Interval[],
    isUniform: boolean,
    channels: readonly Channel[],
    element: ElementBits,
  ) {
    this.ranges = ranges;
    this.#element = element;
    this.isUniform = isUniform;
    this.#channels = channels;
  }

  static of(layer: Pick<Layer, "element" | "channels" | "inputZeroPoint">): Requantizations {
    const { element, channels } = layer;
    const ranges = channels.map((_, o) => accumulators(layer, o));
    const [{ requantization: first }] = channels;
    const isUniform = channels.every(
      ({ requantization: { multiplier, shift } }) => multiplier === first.multiplier && shift === first.shift,
    );
    if (!isUniform) {
      const own = channels.map((it, o) => new Channel(stepsOf(it.requantization, ranges[o])));
      return new Requantizations(ranges, isUniform, own, element);
    }
    const all = {
      min: Math.min(...ranges.map(({ min }) => min)),
      max: Math.max(...ranges.map(({ max }) => max)),
    };
    return new Requantizations(ranges, isUniform, [new Channel(stepsOf(first, all))], element);
  }

  /** The same steps for so many channels of bytes. */
  static same(steps: Steps, channels: number): Requantizations {
    const ranges = new Array<Interval>(channels).fill(steps.range);
    return new Requantizations(ranges, true, [new Channel(steps)], 8);
  }

  /** Those of some channels. */
  slice(first: number, end: number): Requantizations {
    const channels = this.isUniform ? this.#channels : this.#channels.slice(first, end);
    return new Requantizations(this.ranges.slice(first, end), this.isUniform, channels, this.#element);
  }

  /**
   * Finds scalings that all shift alike.
   *
   * @param room bits that a product has, if it is kept as a whole
   * @param grain low bits that neither offsets nor steps may have
   */
  scaled(room: number | undefined, grain: number): Scaled | undefined {
    const channels = this.#channels;
    const [{ steps }] = channels;
    for (const shift of this.#shifts()) {
      if (shift < 1 || (room !== undefined && shift >= room)) continue;
      const scalings: Scaling[] = [];
      for (const it of channels) {
        const scaling = it.fit(shift, grain);
        if (!scaling) break;
        scalings.push(scaling);
      }
      if (scalings.length < channels.length) continue;
      const ys = scalings.map((scaling, i) => scaledRange(scaling, channels[i].steps.range));
      const min = Math.min(...ys.map((y) => y.min));
      const max = Math.max(...ys.map((y) => y.max));
      const most = steps.requantization.max - steps.requantization.min;
      const k = Math.max(this.#element, bitLength(max), bitLength(-min));
      if (room !== undefined && k + 1 + shift > room) continue;
      return { scalings, k, isBelow: min < 0, isAbove: max > most };
    }
    return undefined;
  }

  /** The shifts to try. */
  #shifts(): number[] {
    const requantizations = this.#channels.map((it) => it.steps.requantization);
    if (requantizations[0].isLong) return [Math.max(...requantizations.map(longShift))];
    const largest = Math.max(...requantizations.map(({ shift }) => shift));
    const widths = Array.from({ length: MOST_BITS - LEAST_BITS + 1 }, (_, i) => LEAST_BITS + i);
    // One factor costs the same whatever its bits; where multipliers differ, every bit costs.
    if (this.isUniform) widths.reverse();
    return widths.map((width) => width - largest);
  }
}

/** Bits of a number that is not negative; of others none. */
export function bitLength(value: number): number {
  return value <= 0 ? 0 : Math.floor(Math.log2(value)) + 1;
}
