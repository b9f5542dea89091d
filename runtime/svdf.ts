import { lesser, quotient } from "./integer.js";
import type { Layer, Memory } from "./layer.js";
import { requantize } from "./requantize.js";
import { signedView } from "./views.js";

/** Constants of SVDF: `rank` filters a unit, each a row of weights over the input and one over what it gave before. */
export interface SvdfLayer extends Layer {
  /** [batches, inputDepth] int8. */
  readonly input: number;
  readonly inputDepth: number;
  readonly inputZeroPoint: number;
  /** [units · rank, inputDepth] in `weights8`. */
  readonly featureWeights: number;
  readonly featureMultiplier: number;
  readonly featureShift: number;
  /** [batches, units · rank, memory] in the arena, in elements of so many bytes: 1 or 2. */
  readonly state: number;
  readonly stateBytes: number;
  readonly stateZeroPoint: number;
  readonly memory: number;
  /** [units · rank, memory] in `weights8` or `weights16`, as the state. */
  readonly timeWeights: number;
  readonly rank: number;
  /** [units] in `weights32`. */
  readonly bias: number;
  readonly multiplier: number;
  readonly shift: number;
  readonly outputZeroPoint: number;
  /** [batches, units] int8. */
  readonly output: number;
  readonly units: number;
  /** batches · units, and how many of them one tile computes. */
  readonly outputs: number;
  readonly outputsPerTile: number;
}

/**
 * SVDF, rolled: a tile is a run of outputs. Each filter forgets the oldest of its values, appends what it makes of the input,
 * and weighs all of them.
 */
export function svdf(memory: Memory, layer: SvdfLayer, tile: number): void {
  const { inputDepth, inputZeroPoint, featureMultiplier, featureShift, stateZeroPoint, rank } = layer;
  const { units, bias, multiplier, shift, outputZeroPoint } = layer;
  const { int8, weights8, weights32 } = memory;
  const span = layer.memory;
  const states = signedView(memory, layer.stateBytes);
  const timeWeights = layer.stateBytes === 1 ? weights8 : memory.weights16;
  const max = layer.stateBytes === 1 ? 127 : 32767;
  const min = -1 - max;
  const first = tile * layer.outputsPerTile;
  const end = lesser(first + layer.outputsPerTile, layer.outputs);
  let state = layer.state + first * rank * span;
  for (let o = first; o < end; o++) {
    const batch = quotient(o, units);
    const unit = o - batch * units;
    const row = layer.input + batch * inputDepth;
    let feature = layer.featureWeights + unit * rank * inputDepth;
    let time = layer.timeWeights + unit * rank * span;
    let total = weights32[bias + unit];
    for (let filter = 0; filter < rank; filter++) {
      states.copyWithin(state, state + 1, state + span);
      let sum = 0;
      let i = row;
      for (const last = feature + inputDepth; feature < last; feature++) {
        sum += weights8[feature] * (int8[i] - inputZeroPoint);
        i++; // under XS cheaper than as an expression
      }
      const q = requantize(sum, featureMultiplier, featureShift);
      states[state + span - 1] = (q < min ? min : q > max ? max : q) + stateZeroPoint; // wraps as it does in C
      for (const last = time + span; time < last; time++) {
        total += timeWeights[time] * (states[state] - stateZeroPoint);
        state++;
      }
    }
    const q = requantize(total | 0, multiplier, shift) + outputZeroPoint; // sums are int32, and wrap
    int8[layer.output + o] = q < -128 ? -128 : q > 127 ? 127 : q;
  }
}
