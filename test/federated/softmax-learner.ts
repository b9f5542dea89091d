/** A layer of logits and its softmax, trained in integers: as little of a network as learns digits. */
import type { Picture } from "../../models/support/picture.js";
import type { Trainable } from "../../runtime/federated/trainable.js";

const CLASSES = 10;
const SIDE = 14;
const INPUTS = SIDE * SIDE;

/** One unit of a parameter is 2^-16, one of an input 1/127, one of a gradient 2^-15: so many of their products make a logit of 1. */
const UNIT = 65536 * 127;

/** e^(-k/16), in units of 2^-15. */
const POWERS = Array.from({ length: 256 }, (_, k) => Math.round(32768 * Math.exp(-k / 16)));
Object.freeze(POWERS);

export class SoftmaxLearner implements Trainable {
  /** Weights, a row for each class, and biases. */
  readonly parameters = [new Int32Array(CLASSES * INPUTS), new Int32Array(CLASSES)] as const;
  private readonly rateShift: number;

  /** @param rateShift a step is gradient · input / 2^rateShift */
  constructor(rateShift = 10) {
    this.rateShift = rateShift;
  }

  /** Logits are computed from the parameters themselves. */
  refresh(): void {}

  /** The logits of an input. */
  private logits(input: Int32Array): number[] {
    const [weights, biases] = this.parameters;
    return Array.from(biases, (bias, c) => {
      let sum = 127 * bias;
      for (let i = 0; i < INPUTS; i++) sum += weights[c * INPUTS + i] * input[i];
      return sum;
    });
  }

  classify(input: Int32Array): number {
    const logits = this.logits(input);
    return logits.indexOf(Math.max(...logits));
  }

  learn(input: Int32Array, label: number): void {
    const [weights, biases] = this.parameters;
    const logits = this.logits(input);
    const most = Math.max(...logits);
    const powers = logits.map((logit) => POWERS[Math.min(255, Math.trunc((16 * (most - logit)) / UNIT))]);
    const sum = powers.reduce((a, b) => a + b);
    for (const [c, power] of powers.entries()) {
      const gradient = Math.trunc((32768 * power) / sum) - (c === label ? 32768 : 0);
      biases[c] -= (127 * gradient) >> this.rateShift;
      for (let i = 0; i < INPUTS; i++) weights[c * INPUTS + i] -= (gradient * input[i]) >> this.rateShift;
    }
  }
}

/** A picture at half the size, in units of 1/127. */
export function inputOf({ pixels }: Picture): Int32Array {
  return Int32Array.from({ length: INPUTS }, (_, i) => {
    const at = 2 * Math.trunc(i / SIDE) * 2 * SIDE + 2 * (i % SIDE);
    return (pixels[at] + pixels[at + 1] + pixels[at + 2 * SIDE] + pixels[at + 2 * SIDE + 1]) >> 3;
  });
}
