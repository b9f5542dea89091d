/** Real weights as integers or 8-bit floats with one scale an output channel, symmetric about 0. */
import { decode8, encode8, FLOAT8 } from "../../arithmetic/float8.js";
import { type Float8Format, WEIGHT_LIMITS, type WeightFormat } from "./formats.js";

export interface Row<Values = Int32Array> {
  /** A float32. */
  readonly scale: number;
  readonly values: Values;
}

type IntegerFormat = Exclude<WeightFormat, Float8Format>;

/** How far below the scale at which nothing is clamped others are tried, and in how many steps. */
const NARROWEST: Partial<Record<IntegerFormat, number>> = { int8: 0.75, int4: 0.4 };
const STEPS = 40;

/**
 * The weights of one output channel in a format, with the scale of least squared error; int16 with the scale at which nothing is
 * clamped, ternary by the best threshold (Li et al. 2016, arXiv:1605.04711, solved exactly), binary as signs times the mean
 * magnitude (Rastegari et al. 2016, arXiv:1603.05279, section 3.1).
 *
 * @param least the scale may not be below it
 */
export function quantizeRow(weights: Float64Array, format: IntegerFormat, least: number): Row {
  if (format === "binary") return binaryRow(weights, least);
  const limit = WEIGHT_LIMITS[format];
  const widest = greatest(weights) / limit;
  if (widest <= least) return roundRow(weights, least, limit);
  if (format === "ternary") return roundRow(weights, Math.max(least, ternaryScale(weights)), limit);
  const narrowest = NARROWEST[format] ?? 1;
  let best = roundRow(weights, widest, limit);
  let error = squaredError(weights, best);
  for (let i = 1; i <= STEPS && narrowest < 1; i++) {
    const row = roundRow(weights, Math.max(least, widest * (1 - ((1 - narrowest) * i) / STEPS)), limit);
    const other = squaredError(weights, row);
    if (other < error) [best, error] = [row, other];
  }
  return best;
}

function binaryRow(weights: Float64Array, least: number): Row {
  const mean = weights.reduce((sum, weight) => sum + Math.abs(weight), 0) / weights.length;
  const scale = Math.fround(Math.max(least, mean)) || 2 ** -126;
  return { scale, values: Int32Array.from(weights, (weight) => (weight < 0 ? -1 : 1)) };
}

/** Weights rounded to multiples of a scale. */
export function roundRow(weights: Float64Array, scale: number, limit: number): Row {
  const float32 = Math.fround(scale) || 2 ** -126;
  const values = new Int32Array(weights.length);
  for (let i = 0; i < weights.length; i++)
    values[i] = Math.max(-limit, Math.min(limit, Math.round(weights[i] / float32)));
  return { scale: float32, values };
}

/** The weights of one output channel as values of an 8-bit float, the greatest magnitude at the greatest value. */
export function float8Row(weights: Float64Array, format: Float8Format, least: number): Row<Float64Array> {
  const float8 = FLOAT8[format]!;
  const scale = Math.fround(Math.max(least, greatest(weights) / WEIGHT_LIMITS[format])) || 2 ** -126;
  return { scale, values: weights.map((weight) => decode8(encode8(weight / scale, float8), float8)) };
}

function greatest(weights: Float64Array): number {
  return weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
}

/** Least squares over −1, 0, 1: the k greatest weights count, and their mean is the scale, for the best k. */
function ternaryScale(weights: Float64Array): number {
  const sorted = weights.map(Math.abs).sort().reverse();
  let [sum, most, scale] = [0, 0, 0];
  sorted.forEach((weight, i) => {
    sum += weight;
    const gain = (sum * sum) / (i + 1);
    if (gain > most) [most, scale] = [gain, sum / (i + 1)];
  });
  return scale;
}

function squaredError(weights: Float64Array, { scale, values }: Row): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += (weights[i] - scale * values[i]) ** 2;
  return sum;
}
