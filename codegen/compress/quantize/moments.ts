/** Second moments of calibration data: all that the squared error of a layer's sums depends on. */
import type { Patches } from "./patches.js";

/** What a layer reads in one sample, in float32 and after the quantization of everything before it. */
export interface Pair {
  readonly float: Float32Array;
  readonly quantized: Float32Array;
}

export interface Moments {
  /** Σ x·xᵀ over quantized patches x, n×n; symmetric. */
  readonly gram: Float64Array;
  /** For each channel Σ x·y, n values, where y is the sum that the channel has in float32. */
  readonly targets: readonly Float64Array[];
}

/** Products that computing the moments of one layer may take. */
const WORK = 3e8;

/** What the squared change of weights counts, as a part of the mean squared input: little data shall not decide alone. */
const RIDGE = 0.2;

/**
 * @param rows the real weights of the output channels, in the order of patches
 * @param channels output channels that see the same patches
 * @param centred leave out means, which a corrected bias makes up for
 * @param random where in a sample to look, from 0 to below 1
 */
export function momentsOf(
  patches: Patches,
  pairs: readonly Pair[],
  rows: readonly Float64Array[],
  channels: readonly number[],
  centred: boolean,
  random: () => number,
): Moments {
  const n = patches.length;
  const gram = new Float64Array(n * n);
  const targets = channels.map(() => new Float64Array(n));
  const mean = new Float64Array(n);
  const means = new Float64Array(channels.length);
  const [float, quantized] = [new Float64Array(n), new Float64Array(n)];
  const all = patches.positions * pairs.length;
  const count = Math.max(1, Math.min(all, Math.floor(WORK / (n * (n / 2 + 2 * channels.length)))));
  for (let k = 0; k < count; k++) {
    const at = Math.floor(((k + (count < all ? random() : 0)) * all) / count);
    const pair = pairs[Math.floor(at / patches.positions)];
    const position = at % patches.positions;
    patches.read(pair.float, position, channels[0], float);
    patches.read(pair.quantized, position, channels[0], quantized);
    addOuter(gram, quantized);
    for (let i = 0; i < n; i++) mean[i] += quantized[i] / count;
    channels.forEach((channel, c) => {
      const y = dot(rows[channel], float);
      means[c] += y / count;
      addScaled(targets[c], quantized, y);
    });
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) gram[i * n + j] = gram[j * n + i];
  if (centred) {
    for (let i = 0; i < n; i++) addScaled(gram.subarray(i * n, (i + 1) * n), mean, -count * mean[i]);
    for (const [c, target] of targets.entries()) addScaled(target, mean, -count * means[c]);
  }
  let trace = 0;
  for (let i = 0; i < n; i++) trace += gram[i * n + i];
  const ridge = trace > 0 ? (RIDGE * trace) / n : 1;
  for (let i = 0; i < n; i++) gram[i * n + i] += ridge;
  for (const [c, target] of targets.entries()) addScaled(target, rows[channels[c]], ridge);
  return { gram, targets };
}

/** Adds x·xᵀ on and above the diagonal. */
function addOuter(gram: Float64Array, x: Float64Array): void {
  const n = x.length;
  for (let i = 0; i < n; i++) {
    const factor = x[i];
    if (factor === 0) continue;
    const row = i * n;
    for (let j = i; j < n; j++) gram[row + j] += factor * x[j];
  }
}

export function addScaled(sum: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] += factor * values[i];
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
