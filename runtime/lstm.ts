import { lesser, quotient } from "./integer.js";
import type { Layer, Memory } from "./layer.js";
import { requantize } from "./requantize.js";
import { hyperbolicTangent, sigmoid } from "./sigmoid.js";

/**
 * Constants of UNIDIRECTIONAL_SEQUENCE_LSTM with int8 activations and an int16 cell state. Lists have one entry for each gate:
 * forget, input, cell, output.
 */
export interface LstmLayer extends Layer {
  /** A row of inputDepth int8 a step; steps follow each other as the input has them. */
  readonly input: number;
  readonly inputDepth: number;
  readonly inputOffset: number;
  /** [cells, inputDepth] in `weights8`, and biases in `weights32`. */
  readonly inputWeights: readonly number[];
  readonly biases: readonly number[];
  readonly inputMultipliers: readonly number[];
  readonly inputShifts: readonly number[];
  /** [cells, cells] in `weights8`. */
  readonly hiddenWeights: readonly number[];
  readonly hiddenMultipliers: readonly number[];
  readonly hiddenShifts: readonly number[];
  readonly hiddenOffset: number;
  /** State: [batches, cells] in the arena, int8 and int16. */
  readonly hidden: number;
  readonly cell: number;
  /** From gate · cell state, gate · gate and gate · tanh(cell state) to the states' scales. */
  readonly keepMultiplier: number;
  readonly keepShift: number;
  readonly addMultiplier: number;
  readonly addShift: number;
  readonly hiddenMultiplier: number;
  readonly hiddenShift: number;
  readonly hiddenZeroPoint: number;
  /** The cell state's bound; 32768 where it has none of its own. */
  readonly cellClip: number;
  /** (cell state · tanhFactor + half) >> tanhShift is the argument of tanh, in steps of 1 / (3 · 4096). */
  readonly tanhFactor: number;
  readonly tanhShift: number;
  /** In `weights32`: see sigmoid.ts. */
  readonly sigmoidTable: number;
  /** A row of int8 cells a step. */
  readonly output: number;
  readonly cells: number;
  readonly batches: number;
  /** Steps of one batch before those of the next; 1 where the batches of a time follow each other. */
  readonly stepsPerBatch: number;
  /** Steps · cells, and how many of them one tile computes. */
  readonly outputs: number;
  readonly outputsPerTile: number;
}

/** Rolled: a tile is a run of outputs. */
export function lstm(memory: Memory, layer: LstmLayer, tile: number): void {
  const { cells, batches, stepsPerBatch, cellClip, tanhFactor, tanhShift, sigmoidTable } = layer;
  const { int8, int16, weights32 } = memory;
  const half = tanhShift > 0 ? 1 << (tanhShift - 1) : 0;
  const first = tile * layer.outputsPerTile;
  const end = lesser(first + layer.outputsPerTile, layer.outputs);
  let step = quotient(first, cells);
  let index = first - step * cells;
  for (let o = first; o < end; o++) {
    const batch = quotient(step, stepsPerBatch) % batches;
    const input = layer.input + step * layer.inputDepth;
    const hidden = layer.hidden + batch * cells;
    const at = layer.cell + batch * cells + index;
    const forgetGate = sigmoid(weights32, sigmoidTable, 3 * gate(memory, layer, 0, input, hidden, index));
    const inputGate = sigmoid(weights32, sigmoidTable, 3 * gate(memory, layer, 1, input, hidden, index));
    const cellGate = hyperbolicTangent(
      weights32,
      sigmoidTable,
      3 * gate(memory, layer, 2, input, hidden, index),
    );
    const outputGate = sigmoid(weights32, sigmoidTable, 3 * gate(memory, layer, 3, input, hidden, index));
    const kept = clamp16(requantize(forgetGate * int16[at], layer.keepMultiplier, layer.keepShift));
    const added = clamp16(requantize(inputGate * cellGate, layer.addMultiplier, layer.addShift));
    const sum = clamp16(kept + added);
    const cell = sum > cellClip ? cellClip : sum < 0 - cellClip ? 0 - cellClip : sum;
    int16[at] = cell;
    const activated = hyperbolicTangent(weights32, sigmoidTable, (cell * tanhFactor + half) >> tanhShift);
    const q =
      requantize(activated * outputGate, layer.hiddenMultiplier, layer.hiddenShift) + layer.hiddenZeroPoint;
    const row = layer.output + step * cells;
    int8[row + index] = q < -128 ? -128 : q > 127 ? 127 : q;
    if (++index === cells) {
      // Only now, for every gate of a step looks at the step before.
      int8.copyWithin(hidden, row, row + cells);
      index = 0;
      step++;
    }
  }
}

/** What one gate's sigmoid or tanh is of, in steps of 1 / 4096: each of two sums is scaled and saturated by itself. */
function gate(
  { int8, weights8, weights32 }: Memory,
  layer: LstmLayer,
  which: number,
  input: number,
  hidden: number,
  index: number,
): number {
  const { inputDepth, inputOffset, cells, hiddenOffset } = layer;
  let sum = weights32[layer.biases[which] + index];
  let w = layer.inputWeights[which] + index * inputDepth;
  for (const last = w + inputDepth; w < last; w++) {
    sum += weights8[w] * (int8[input] + inputOffset);
    input++; // under XS cheaper than as an expression
  }
  let recurrent = 0;
  w = layer.hiddenWeights[which] + index * cells;
  for (const last = w + cells; w < last; w++) {
    recurrent += weights8[w] * (int8[hidden] + hiddenOffset);
    hidden++;
  }
  return clamp16(
    clamp16(requantize(sum, layer.inputMultipliers[which], layer.inputShifts[which])) +
      clamp16(requantize(recurrent, layer.hiddenMultipliers[which], layer.hiddenShifts[which])),
  );
}

function clamp16(x: number): number {
  return x < -32768 ? -32768 : x > 32767 ? 32767 : x;
}
