/** The last layer trained in float64: the same SGD, on the activations before that layer, with real weights from the int8 ones. */

import { elementsOf } from "../../codegen/graph/elements.js";
import type { Op } from "../../codegen/graph/op.js";
import type { Plan } from "../../codegen/plan/plan.js";

export interface FloatHead {
  /** Of each output a row of weights. */
  readonly weights: Float64Array[];
  readonly biases: Float64Array;
}

export interface FloatSgd {
  readonly learningRate: number;
  readonly momentum: number;
  readonly batch: number;
}

export class FloatTrainer {
  readonly head: FloatHead;
  readonly #options: FloatSgd;
  readonly #velocities: Float64Array[];
  readonly #biasVelocities: Float64Array;
  #samples = 0;

  constructor(head: FloatHead, options: FloatSgd) {
    this.head = head;
    this.#options = options;
    this.#velocities = head.weights.map((row) => new Float64Array(row.length));
    this.#biasVelocities = new Float64Array(head.biases.length);
  }

  scores(input: ArrayLike<number>): number[] {
    const { weights, biases } = this.head;
    return weights.map((row, o) => row.reduce((sum, weight, i) => sum + weight * input[i], biases[o]));
  }

  /** @returns the loss */
  learn(input: ArrayLike<number>, label: number): number {
    const scores = this.scores(input);
    const most = Math.max(...scores);
    const exponentials = scores.map((score) => Math.exp(score - most));
    const sum = exponentials.reduce((a, b) => a + b);
    const { learningRate, batch } = this.#options;
    for (const [o, exponential] of exponentials.entries()) {
      const step = ((exponential / sum - (o === label ? 1 : 0)) * learningRate) / batch;
      const velocity = this.#velocities[o];
      for (let i = 0; i < velocity.length; i++) velocity[i] += step * input[i];
      this.#biasVelocities[o] += step;
    }
    if (++this.#samples % batch === 0) this.#apply();
    return Math.log(sum) + most - scores[label];
  }

  #apply(): void {
    const { weights, biases } = this.head;
    for (const [o, velocity] of this.#velocities.entries()) {
      for (let i = 0; i < velocity.length; i++) {
        weights[o][i] -= velocity[i];
        velocity[i] *= this.#options.momentum;
      }
      biases[o] -= this.#biasVelocities[o];
      this.#biasVelocities[o] *= this.#options.momentum;
    }
  }
}

/** The last dense layer of a plan. */
function headOf({ graph }: Plan): Op {
  return graph.ops.findLast(({ kind }) => kind === "FULLY_CONNECTED")!;
}

/** Its weights in real numbers. */
export function floatHead(plan: Plan): FloatHead {
  const [input, weights, bias] = (headOf(plan).inputs as number[]).map((id) => plan.graph.tensors[id]);
  const scale = weights.quantization!.scales[0];
  const [outputs, inputs] = weights.shape;
  const bytes = elementsOf("int8", weights.data!) as Int8Array;
  const words = elementsOf("int32", bias.data!) as Int32Array;
  return {
    weights: Array.from({ length: outputs }, (_, o) =>
      Float64Array.from(bytes.subarray(o * inputs, (o + 1) * inputs), (q) => q * scale),
    ),
    biases: Float64Array.from(words, (q) => q * scale * input.quantization!.scales[0]),
  };
}

/** What it reads of an arena, in real numbers. */
export function headInput(plan: Plan, arena: Uint8Array): Float64Array {
  const [id] = headOf(plan).inputs as number[];
  const { shape, quantization } = plan.graph.tensors[id];
  const start = plan.arena.tensors.get(id)!;
  const [scale, zeroPoint] = [quantization!.scales[0], quantization!.zeroPoints[0]];
  const bytes = new Int8Array(arena.buffer, start, shape[1]);
  return Float64Array.from(bytes, (q) => scale * (q - zeroPoint));
}
