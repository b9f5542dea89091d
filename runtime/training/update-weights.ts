import { toWords } from "../lanes.js";
import type { Memory } from "../layer.js";
import type { TrainedWeights, Training } from "./training.js";
import { lanesOf, shiftedRight, wordsOf } from "./words.js";

/** A deployed weight is a master weight in units of 2^16, rounded, and never −128. */
const FRACTION = 16;
const MOST = 127 * 65536 + 32767;

/** Where lanes stand while they are clamped: a master weight above it keeps every bit below the sign. */
const RAISED = 2 ** 30;

/** Bytes of masters, for kernels that read them as lanes. */
export interface Master {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
}

/** Moves master weights by their velocities, and derives the deployed weights. */
export function updateWeights(
  { memory, velocities }: Training,
  master: Master,
  weights: TrainedWeights,
  decay: number,
): void {
  const { rows, columns, velocity, shift } = weights;
  const all = weights.all();
  const sign = all << 31n;
  for (let row = 0; row < rows; row++) {
    const speed = velocities[velocity + row];
    if (speed === 0n) continue;
    const step = shiftedRight(speed, shift, all, sign);
    const before = lanesOf(master.bytes, row * columns, columns, sign);
    deploy(memory.hot!, master, weights, row, before - step, all, sign);
    velocities[velocity + row] = decay === 0 ? 0n : speed - shiftedRight(speed, decay, all, sign);
  }
}

/** Derives the deployed weights of masters that were written from outside. */
export function refreshWeights({ memory }: Training, master: Master, weights: TrainedWeights): void {
  const { rows, columns } = weights;
  const all = weights.all();
  const sign = all << 31n;
  for (let row = 0; row < rows; row++) {
    const lanes = lanesOf(master.bytes, row * columns, columns, sign);
    deploy(memory.hot!, master, weights, row, lanes, all, sign);
  }
}

/** Master weights of the deployed ones. */
export function adoptWeights({ memory }: Training, { words }: Master, weights: TrainedWeights): void {
  const { rows, columns, deployed } = weights;
  const { weights8 } = memory.hot!;
  const count = rows * columns;
  for (let i = 0; i < count; i++) words[i] = weights8[deployed + i] << FRACTION;
}

/** Writes a row of masters, clamped, and the bytes that they round to. @param lanes less than 2^30 in magnitude */
function deploy(
  hot: Memory,
  { words }: Master,
  { columns, deployed }: TrainedWeights,
  row: number,
  lanes: bigint,
  all: bigint,
  sign: bigint,
): void {
  const raised = clamped(lanes + all * BigInt(RAISED), all);
  words.set(wordsOf(raised - all * BigInt(RAISED), columns, sign), row * columns);
  const positive = raised - all * BigInt(RAISED - 2 ** 23 - 2 ** (FRACTION - 1)); // bytes from 1 to 255, and their fractions
  const bytes = ((positive >> BigInt(FRACTION)) & (all * 255n)) ^ (all << 7n);
  hot.weights8.set(toWords(bytes, columns), deployed + row * columns);
}

/** Lanes within RAISED ± MOST. Most of the time they are, and two flags for each say so. */
function clamped(raised: bigint, all: bigint): bigint {
  const above = ((raised + all * BigInt(RAISED - MOST - 1)) >> 31n) & all;
  const within = ((raised + all * BigInt(RAISED + MOST)) >> 31n) & all;
  if (above === 0n && within === all) return raised;
  const full = all * 0x7fffffffn;
  const high = above * 0x7fffffffn;
  const low = full ^ (within * 0x7fffffffn);
  const kept = raised & (full ^ high ^ low);
  return kept | (high & (all * BigInt(RAISED + MOST))) | (low & (all * BigInt(RAISED - MOST)));
}
