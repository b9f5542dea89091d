/** TFLite's tables of functions of int16, between whose entries values are interpolated (kernels/internal/common.h). */
import { roundAway } from "./activation.js";
import { INT16 } from "./integer-ranges.js";

const STEPS = 512;

const float = Math.fround;

/** 65535 steps of int16 over the domain, from −1 to 1 over the values. */
const RANGE = INT16.max - INT16.min;

/**
 * LUTPopulate with an output scale of 2 / 65535 and zero point 0, in float32. Each entry is moved by half of what the straight
 * line to the next one is off in the middle.
 *
 * @param width of the domain
 * @param zeroPoint the int16 that stands for 0
 * @param f is given float32 values
 * @returns 513 entries in Q0.15
 */
export function interpolationTable(width: number, zeroPoint: number, f: (x: number) => number): number[] {
  const inputScale = float(width / RANGE);
  const outputScale = float(2 / RANGE);
  const min = float(inputScale * (INT16.min - zeroPoint));
  const max = float(inputScale * (INT16.max - zeroPoint));
  const step = float(float(max - min) / STEPS);
  const extent = float(float(outputScale * INT16.max) - float(outputScale * INT16.min));
  const inverse = float((RANGE + 1) / extent);
  const at = (x: number) => float(float(f(x)) * inverse);
  const start = (i: number) => float(min + float(i * step));
  const entry = (_: unknown, i: number) => {
    const value = roundAway(at(start(i)));
    const line = roundAway(float(float(at(start(i + 1)) + value) / 2));
    const middle = roundAway(at(float(start(i) + step / 2)));
    return value - roundAway((line - middle) / 2);
  };
  return [...Array.from({ length: STEPS }, entry), roundAway(at(max))].map(clamp);
}

function clamp(q: number): number {
  return Math.max(INT16.min, Math.min(INT16.max, q));
}
