/** ADD, SUB, MUL, MAXIMUM and MINIMUM: micro/kernels/*_common.cc, reference/integer_ops/{add,mul}.h, reference/sub.h. */
import {
  int32,
  multiplyByQuantizedMultiplier,
  type QuantizedMultiplier,
  quantizeMultiplier,
} from "./fixed-point.js";
import {
  type Activation,
  build,
  calculateActivationRangeQuantized,
  float,
  INT8,
  INT16,
  type OutputQuantization,
  offset,
  type Range,
  type ReferenceTensor,
  type Result,
  scaleAndClamp,
} from "./tensor.js";

/** Calls `op` on every pair of a broadcast, which aligns shapes at the end. */
function broadcast(a: ReferenceTensor, b: ReferenceTensor, op: (a: number, b: number) => number): Result {
  const rank = Math.max(a.shape.length, b.shape.length);
  const extend = (shape: readonly number[]) => [...Array<number>(rank - shape.length).fill(1), ...shape];
  const [shapeA, shapeB] = [extend(a.shape), extend(b.shape)];
  const at = (tensor: ReferenceTensor, shape: readonly number[], index: readonly number[]): number =>
    tensor.values[
      offset(
        shape,
        index.map((i, axis) => (shape[axis] === 1 ? 0 : i)),
      )
    ];
  return build(
    shapeA.map((size, axis) => Math.max(size, shapeB[axis])),
    (index) => op(at(a, shapeA, index), at(b, shapeB, index)),
  );
}

/** left_shift of the arithmetic parameters. */
const leftShift = (type: Range): bigint => (type === INT16 ? 15n : 20n);

/** The scaled sum or difference; real multipliers as CalculateOpDataAdd or CalculateOpDataSub makes them. */
function addOrSub(
  sign: 1n | -1n,
  activation: Activation,
  a: ReferenceTensor,
  b: ReferenceTensor,
  output: OutputQuantization,
  real: { readonly a: number; readonly b: number; readonly output: number },
  type: Range,
): Result {
  const multiplierA = quantizeMultiplier(real.a);
  const multiplierB = quantizeMultiplier(real.b);
  const multiplierOutput = quantizeMultiplier(real.output);
  const range = calculateActivationRangeQuantized(activation, output, type);
  const scaled = (value: number, { zeroPoint }: ReferenceTensor, multiplier: QuantizedMultiplier): bigint =>
    multiplyByQuantizedMultiplier(int32((BigInt(value) - BigInt(zeroPoint)) << leftShift(type)), multiplier);
  return broadcast(a, b, (x, y) => {
    const rawSum = int32(scaled(x, a, multiplierA) + sign * scaled(y, b, multiplierB));
    return scaleAndClamp(rawSum, multiplierOutput, output.zeroPoint, range);
  });
}

/** CalculateOpDataAdd: double arithmetic. */
export function add(
  { activation }: { readonly activation: Activation },
  a: ReferenceTensor,
  b: ReferenceTensor,
  output: OutputQuantization,
  type = INT8,
): Result {
  const twiceMaxInputScale = 2 * Math.max(a.scales[0], b.scales[0]);
  return addOrSub(
    1n,
    activation,
    a,
    b,
    output,
    {
      a: a.scales[0] / twiceMaxInputScale,
      b: b.scales[0] / twiceMaxInputScale,
      output: twiceMaxInputScale / (2 ** Number(leftShift(type)) * output.scale),
    },
    type,
  );
}

/** CalculateOpDataSub: float32 arithmetic, other than ADD. */
export function sub(
  { activation }: { readonly activation: Activation },
  a: ReferenceTensor,
  b: ReferenceTensor,
  output: OutputQuantization,
  type = INT8,
): Result {
  const twiceMaxInputScale = float(2 * Math.max(a.scales[0], b.scales[0]));
  return addOrSub(
    -1n,
    activation,
    a,
    b,
    output,
    {
      a: float(a.scales[0] / twiceMaxInputScale),
      b: float(b.scales[0] / twiceMaxInputScale),
      output: float(twiceMaxInputScale / float(2 ** Number(leftShift(type)) * output.scale)),
    },
    type,
  );
}

export function mul(
  { activation }: { readonly activation: Activation },
  a: ReferenceTensor,
  b: ReferenceTensor,
  output: OutputQuantization,
  type = INT8,
): Result {
  const multiplier = quantizeMultiplier((a.scales[0] * b.scales[0]) / output.scale);
  const range = calculateActivationRangeQuantized(activation, output, type);
  return broadcast(a, b, (x, y) =>
    scaleAndClamp(BigInt((x - a.zeroPoint) * (y - b.zeroPoint)), multiplier, output.zeroPoint, range),
  );
}

export const maximum = (a: ReferenceTensor, b: ReferenceTensor): Result => broadcast(a, b, Math.max);
export const minimum = (a: ReferenceTensor, b: ReferenceTensor): Result => broadcast(a, b, Math.min);
