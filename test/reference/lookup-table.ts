/** LUTPopulateInt16<float> and LUTLookup of int16 (kernels/internal/common.h): 512 steps, with a line in each. */
import { int16 } from "./fixed-point.js";
import { clamp, float, INT16, round } from "./tensor.js";

/** @param transform a function of float, whose result is rounded to float */
export function lutPopulate(
  inputScale: number,
  inputZeroPoint: number,
  outputScale: number,
  outputZeroPoint: number,
  transform: (value: number) => number,
): bigint[] {
  const inputMin = float(inputScale * (-32768 - inputZeroPoint));
  const inputMax = float(inputScale * (32767 - inputZeroPoint));
  const outputMin = float(outputScale * (-32768 - outputZeroPoint));
  const outputMax = float(outputScale * (32767 - outputZeroPoint));
  const nbSteps = 512;
  const step = float(float(inputMax - inputMin) / nbSteps);
  const halfStep = float(step / 2);
  const outputScalingInv = float(65536 / float(outputMax - outputMin));
  const lut: number[] = [];
  for (let i = 0; i < nbSteps; i++) {
    const val = float(transform(float(inputMin + float(i * step))));
    const valMidpoint = float(transform(float(float(inputMin + float(i * step)) + halfStep)));
    const valNext = float(transform(float(inputMin + float((i + 1) * step))));
    const sampleVal = round(float(val * outputScalingInv));
    const midpointInterpVal = round(
      float(float(float(valNext * outputScalingInv) + round(float(val * outputScalingInv))) / 2),
    );
    const midpointVal = round(float(valMidpoint * outputScalingInv));
    const midpointErr = float(midpointInterpVal - midpointVal);
    const bias = round(float(midpointErr / 2));
    lut.push(clamp(float(sampleVal - bias), INT16));
  }
  lut.push(clamp(round(float(float(transform(inputMax)) * outputScalingInv)), INT16));
  return lut.map(BigInt);
}

/** @param lut of 513 entries, the last of which only gives a slope */
export function lutLookup(value: bigint, lut: readonly bigint[]): bigint {
  const index = Number(256n + (value >> 7n));
  const offset = value & 0x7fn;
  const base = lut[index];
  const slope = int16(lut[index + 1] - base);
  return int16(base + ((slope * offset + 64n) >> 7n));
}
