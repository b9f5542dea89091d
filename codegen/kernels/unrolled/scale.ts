/**
 * Requantization of a sum in int32 arithmetic: floor((m · a + floor(c · a / 2^u) + r) / 2^s), proven equal to TFLM's double
 * rounding for every accumulator that occurs. c extends m by u bits where a product with all of them would leave int32.
 */
import {
  fitScaling,
  type Interval,
  type Requantization,
  type Scaling,
  type Steps,
  scaledRange,
  stepsOf,
} from "../../arithmetic/scaling.js";

/** How an output is made of its sum. */
export interface Scale {
  /** What the weights are multiplied by before they are summed, and what the sum starts from. */
  readonly factor: number;
  readonly start: number;
  /** The output + 128 as an expression of the sum's text; it uses the variable `a`. */
  text(sum: string): string;
  /** What it can be. */
  readonly range: Interval;
}

/** A requantization and the accumulators that it meets. */
interface Task {
  readonly steps: Steps;
  readonly bias: number;
  /** The outputs that occur, + 128. */
  readonly range: Interval;
  /** The first output that a requantization could give at all, + 128: what step 0 is. */
  readonly lift: number;
}

/** Bits by which c extends m. */
const EXTENSIONS = [0, 4, 8, 11, 13, 15];

/** How many shifts are tried with each, and the greatest that keeps the output itself in int32. */
const TRIES = 3;
const MOST_SHIFT = 22;

/** So many steps make it likely that a multiplier has to be as exact as the least of them is small. */
const MANY_STEPS = 32;

/** Beyond what int32 holds; the least value of int32 itself is not used. */
const LIMIT = 2 ** 31;

/**
 * How sums become outputs.
 *
 * @param sum the range of Σ weight · value, of which every part is in range too
 * @param bias what makes the accumulator of it
 * @returns undefined where the accumulator leaves int32
 */
export function scaleOf(requantization: Requantization, sum: Interval, bias: number): Scale | undefined {
  const task = taskOf(requantization, sum, bias);
  return task && (constant(task) ?? scaled(task) ?? called(task));
}

/** The same with the multiplier in the weights: nothing is left to do but to shift. Undefined where int32 is too small. */
export function foldedScaleOf(
  requantization: Requantization,
  sum: Interval,
  bias: number,
): Scale | undefined {
  const task = taskOf(requantization, sum, bias);
  return task && folded(task);
}

function taskOf(requantization: Requantization, sum: Interval, bias: number): Task | undefined {
  const accumulators = { min: sum.min + bias, max: sum.max + bias };
  if (!isWithin(accumulators.min, accumulators.max, sum.min, sum.max)) return undefined;
  const steps = stepsOf(requantization, accumulators);
  const lift = requantization.min + 128;
  const outputAt = (acc: number) => lift + steps.first.findLastIndex((least) => least <= acc);
  const range = { min: outputAt(accumulators.min), max: outputAt(accumulators.max) };
  return { steps, bias, range, lift };
}

function constant({ range }: Task): Scale | undefined {
  if (range.min !== range.max) return undefined;
  return { factor: 1, start: 0, text: () => `${range.min}`, range };
}

function folded(task: Task): Scale | undefined {
  const { steps, bias, range, lift } = task;
  const { min, max } = steps.range;
  if (range.min === range.max) return undefined;
  for (const shift of shiftsOf(task, Math.max(Math.abs(min), Math.abs(max)), 0)) {
    const scaling = fitScaling(steps, shift);
    if (scaling?.step !== 0n) continue;
    const factor = Number(scaling.multiplier);
    const start = factor * bias + Number(scaling.offset) + lift * 2 ** shift;
    const ends = [min, max].map((acc) => factor * (acc - bias));
    if (!isWithin(start, ...ends, ...ends.map((end) => end + start))) continue;
    const clamp = clampsOf(steps, scaling, range, lift);
    const text = (sum: string) =>
      clamp.low || clamp.high
        ? clampText(`(a = ${sum} >> ${shift})`, clamp, range, range.min, range.max, "a")
        : `${sum} >> ${shift}`;
    return { factor, start, text, range };
  }
  return undefined;
}

/** One multiplication of the sum, or two where the multiplier needs more bits. */
function scaled(task: Task): Scale | undefined {
  for (const bits of EXTENSIONS)
    for (const shift of shiftsOf(task, interior(task) / 2, bits)) {
      const scaling = fitScaling(task.steps, shift, bits);
      const scale = scaling && written(task, scaling, bits);
      if (scale) return scale;
    }
  return undefined;
}

/** How many accumulators give neither the first nor the last of the outputs that occur. */
function interior({ steps: { first }, range, lift }: Task): number {
  return first[range.max - lift] - first[range.min - lift + 1];
}

/** @param bits by which c extends m; 0 where there is no c */
function written({ steps, bias, range, lift }: Task, scaling: Scaling, bits: number): Scale | undefined {
  const clamp = clampsOf(steps, scaling, range, lift);
  // The accumulators that are multiplied.
  const first = clamp.low ? steps.first[range.min - lift + 1] : steps.range.min;
  const last = clamp.high ? steps.first[range.max - lift] - 1 : steps.range.max;
  const grain = 2 ** bits;
  const m = Number(scaling.multiplier >> BigInt(bits));
  const c = Number(scaling.multiplier & BigInt(grain - 1));
  const shift = scaling.shift - bits;
  const centre = Math.round((first + last) / 2 / grain) * grain;
  for (const shifted of bits === 0 ? [bias, centre] : [centre]) {
    const offset = scaling.multiplier * BigInt(shifted) + scaling.offset;
    const below = Number(offset >> BigInt(bits)) + lift * 2 ** shift;
    const above = below + Number(scaling.step >> BigInt(bits));
    const start = bias - shifted;
    const products = [first - shifted, last - shifted].flatMap((a) => {
      const [main, extra] = [m * a, c * a];
      const both = main + Math.floor(extra / grain);
      return [main, extra, both, both + below, both + above];
    });
    const sums = [steps.range.min - bias, steps.range.max - bias];
    if (!isWithin(start, below, above, ...products, ...sums.map((sum) => sum + start))) continue;
    const added =
      first >= 0 || above === below
        ? signed(above)
        : last < 0
          ? signed(below)
          : ` + (a < ${-shifted} ? ${below} : ${above})`;
    const rest = `${c === 0 ? "" : ` + (${c} * a >> ${bits})`}${added} >> ${shift}`;
    const text = (sum: string) =>
      clamp.low || clamp.high
        ? clampText(`(a = ${sum})`, clamp, range, first - shifted, last - shifted, `${m} * a${rest}`)
        : `${m} * (a = ${sum})${rest}`;
    return { factor: 1, start, text, range };
  }
  return undefined;
}

/** The runtime's own function, for what no scaling fits. */
function called({ steps, bias, range }: Task): Scale {
  const { multiplier, shift, zeroPoint } = steps.requantization;
  const clamp = { low: true, high: true };
  const text = (sum: string) =>
    clampText(
      `(a = requantize(${sum}, ${multiplier}, ${shift})${signed(zeroPoint + 128)})`,
      clamp,
      range,
      range.min,
      range.max,
      "a",
    );
  return { factor: 1, start: bias, text, range };
}

interface Clamps {
  readonly low: boolean;
  readonly high: boolean;
}

/** Which ends of the accumulators a scaling takes beyond the outputs that occur. */
function clampsOf(steps: Steps, scaling: Scaling, range: Interval, lift: number): Clamps {
  const found = scaledRange(scaling, steps.range);
  return { low: found.min + lift < range.min, high: found.max + lift > range.max };
}

/** `then`, or an end of the range where the tested value, which is `a` as soon as it is evaluated, is not in [first, last]. */
function clampText(
  tested: string,
  { low, high }: Clamps,
  { min, max }: Interval,
  first: number,
  last: number,
  then: string,
): string {
  const below = low ? `${tested} < ${first} ? ${min} : ` : "";
  const above = high ? `${low ? "a" : tested} > ${last} ? ${max} : ` : "";
  return `${below}${above}${then}`;
}

/**
 * Shifts, the greatest first, with which the multiplier, less `bits` bits, times `reach` stays inside int32, and with
 * which the multiplier has bits enough for the steps, as far as can be told without looking at them.
 */
function shiftsOf(task: Task, reach: number, bits: number): number[] {
  const { multiplier, shift } = task.steps.requantization;
  const factor = Math.log2(multiplier) + shift - 31;
  const most = Math.min(MOST_SHIFT, Math.floor(31 - factor - Math.log2(Math.max(1, reach))));
  const isExact = task.range.max - task.range.min >= MANY_STEPS;
  const leastBits = isExact ? Math.log2(interior(task)) - 3 : 0;
  return Array.from({ length: TRIES }, (_, i) => most - i + bits).filter(
    (shift) => shift > bits && factor + shift >= leastBits,
  );
}

function isWithin(...values: readonly number[]): boolean {
  return values.every((value) => value > -LIMIT && value < LIMIT);
}

/** A number as it is added to what stands before it. */
function signed(value: number): string {
  return value === 0 ? "" : value < 0 ? ` - ${-value}` : ` + ${value}`;
}
