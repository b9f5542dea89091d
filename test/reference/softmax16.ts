/** SOFTMAX of int16: CalculateSoftmaxParams and InitializeLutForInt16 (micro/kernels/softmax_common.cc), and SoftmaxInt16. */
import {
  countLeadingZeros,
  int16,
  int32,
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
} from "./fixed-point.js";
import { lutLookup, lutPopulate } from "./lookup-table.js";
import { float, type ReferenceTensor, type Result } from "./tensor.js";

const range = 32767 - -32768;
const expLut = lutPopulate(float(10 / range), 32767, float(2 / range), 0, Math.exp);
const oneOverOnePlusXLut = lutPopulate(float(1 / range), -32768, float(2 / range), 0, (value) =>
  float(1 / float(1 + value)),
);

const saturate = (x: bigint, min: bigint, max: bigint): bigint => (x < min ? min : x > max ? max : x);

export function softmax16({ beta }: { readonly beta: number }, input: ReferenceTensor): Result {
  const multiplier = quantizeMultiplier((input.scales[0] * beta) / (10 / 65535));
  const depth = input.shape[input.shape.length - 1];
  const values: number[] = [];
  for (let start = 0; start < input.values.length; start += depth) {
    const row = input.values.slice(start, start + depth).map(BigInt);
    const maxInRow = row.reduce((max, value) => (value > max ? value : max));
    const exps = row.map((value) => {
      const symScaledDiff = int32(multiplyByQuantizedMultiplier(value - maxInRow, multiplier) + 32767n);
      return lutLookup(saturate(symScaledDiff, -32768n, 32767n), expLut);
    });
    const sumOfExps = exps.reduce((sum, exp) => int32(sum + exp), 0n); // Q16.15
    const headroomPlusOne = countLeadingZeros(sumOfExps);
    const shiftedSum = int32(((sumOfExps << (headroomPlusOne - 1n)) + (1n << 13n)) >> 14n);
    const symShiftedSum = shiftedSum - ((1n << 15n) + (1n << 16n));
    const reciprocal = lutLookup(saturate(symShiftedSum, -32768n, 32767n), oneOverOnePlusXLut);
    const rightShift = 31n - headroomPlusOne;
    for (const exp of exps) {
      const result = int32((exp * reciprocal + (1n << (rightShift - 1n))) >> rightShift);
      values.push(Number(int16(saturate(result, 0n, 32767n))));
    }
  }
  return { shape: input.shape, values };
}
