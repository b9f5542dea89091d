/** Runs a model from the first layer that gradients reach: what lies before it is computed once for each sample. */

import { instantiateTrainable } from "../../codegen/plan/instantiate.js";
import type { Plan } from "../../codegen/plan/plan.js";
import type { TrainableNetwork } from "../../runtime/training/trainable-network.js";
import type { Picture } from "../support/picture.js";

/** A sample as the arena is before that layer. */
export interface Prepared {
  readonly arena: Uint8Array;
  readonly label: number;
}

export class Replay {
  readonly model: TrainableNetwork;
  readonly #first: number;

  /** @param plan with layers that are trained */
  constructor(plan: Plan) {
    const ops = plan.training!.steps.map(({ op }) => op);
    this.model = instantiateTrainable(plan);
    this.#first = plan.layers.findIndex(({ opIndexes }) => opIndexes[0] === Math.min(...ops));
  }

  prepare({ pixels, label }: Picture): Prepared {
    const { model } = this;
    model.input.set(pixels.map((pixel) => pixel - 128));
    model.layer = 0;
    while (model.layer < this.#first) model.step();
    return { arena: model.memory.uint8.slice(), label };
  }

  /** @returns the index of the greatest output */
  run({ arena }: Prepared): number {
    const { model } = this;
    model.memory.uint8.set(arena);
    model.layer = this.#first;
    model.tile = 0;
    while (model.step());
    const scores = model.output as Int8Array;
    return scores.indexOf(Math.max(...scores));
  }

  /** The share of samples that are given their own label. */
  accuracy(samples: readonly Prepared[]): number {
    return samples.filter((sample) => this.run(sample) === sample.label).length / samples.length;
  }

  /** Learns from the samples in their order. @returns the mean loss */
  learn(samples: readonly Prepared[]): number {
    let loss = 0;
    for (const sample of samples) {
      this.run(sample);
      loss += this.model.learn(sample.label) / 65536;
    }
    return loss / samples.length;
  }
}
