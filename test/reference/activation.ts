/** Activations: micro/kernels/{activations,leaky_relu,hard_swish,logistic,softmax}_common.cc, tanh.cc and their kernels. */
import {
  calculateInputRadius,
  downScaleInt32ToInt16Multiplier,
  expOnNegativeValues,
  getReciprocal,
  int16,
  int32,
  logistic as logisticFixedPoint,
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  rescale,
  roundingDivideByPOT,
  saturatingRoundingDoublingHighMul,
  tanh as tanhFixedPoint,
} from "./fixed-point.js";
import {
  clamp,
  float,
  INT8,
  type OutputQuantization,
  type ReferenceTensor,
  type Result,
  round,
  scaleAndClamp,
} from "./tensor.js";

const map = (input: ReferenceTensor, op: (value: number) => number): Result => ({
  shape: input.shape,
  values: input.values.map(op),
});

/** CalculateReluOpData and ReluQuantized. */
export function relu(input: ReferenceTensor, output: OutputQuantization, type = INT8): Result {
  const multiplier = quantizeMultiplier(float(input.scales[0] / output.scale));
  const range = { min: Math.max(type.min, output.zeroPoint), max: type.max };
  return map(input, (value) =>
    scaleAndClamp(BigInt(value - input.zeroPoint), multiplier, output.zeroPoint, range),
  );
}

/** Relu6Quantized: clamps and does not rescale. */
export function relu6(input: ReferenceTensor, type = INT8): Result {
  const six = clamp(round(float(6 / input.scales[0])) + input.zeroPoint, type);
  return map(input, (value) => (value > six ? six : value < input.zeroPoint ? input.zeroPoint : value));
}

/** QuantizeLeakyRelu. */
export function leakyRelu(
  { alpha }: { readonly alpha: number },
  input: ReferenceTensor,
  output: OutputQuantization,
  type = INT8,
): Result {
  const alphaMultiplier = quantizeMultiplier(float(float(input.scales[0] * alpha) / output.scale));
  const identityMultiplier = quantizeMultiplier(float(input.scales[0] / output.scale));
  const isAlphaNegative = alphaMultiplier.multiplier < 0n;
  const safeAlphaMultiplier = {
    multiplier: isAlphaNegative ? -alphaMultiplier.multiplier : alphaMultiplier.multiplier,
    shift: alphaMultiplier.shift,
  };
  return map(input, (value) => {
    const inputValue = BigInt(value - input.zeroPoint);
    if (inputValue >= 0n) return scaleAndClamp(inputValue, identityMultiplier, output.zeroPoint, type);
    const scaled = Number(multiplyByQuantizedMultiplier(inputValue, safeAlphaMultiplier));
    return clamp(output.zeroPoint + (isAlphaNegative ? -scaled : scaled), type);
  });
}

/** SaturatingLeftShift of int16 (reference/hard_swish.h). */
function saturatingLeftShift(value: bigint, amount: bigint): bigint {
  const result = value << amount;
  return result > 32767n ? 32767n : result < -32768n ? -32768n : result;
}

/** SaturatingDoublingHighMul of int16 (reference/hard_swish.h): rounds to zero. */
function saturatingDoublingHighMul(a: bigint, b: bigint): bigint {
  return a === b && a === -32768n ? 32767n : (a * b) / (1n << 15n);
}

/** HardSwishPrepare and HardSwish, with its int16 variables. */
export function hardSwish(input: ReferenceTensor, output: OutputQuantization): Result {
  const hiresInputScale = float(float(1 / 128) * input.scales[0]);
  const reluishScale = float(3 / 32768);
  const outputMultiplier = quantizeMultiplier(float(hiresInputScale / output.scale));
  const reluishMultiplier = quantizeMultiplier(float(hiresInputScale / reluishScale));
  const outputMultiplierInt16 = downScaleInt32ToInt16Multiplier(outputMultiplier.multiplier);
  const reluishMultiplierInt16 = downScaleInt32ToInt16Multiplier(reluishMultiplier.multiplier);
  const reluishExponent = reluishMultiplier.shift;
  return map(input, (value) => {
    const inputValue = int16(BigInt(value - input.zeroPoint));
    const onHiresInputScale = int16(inputValue * (1n << 7n));
    const onPreshiftOutputScale = int16(
      saturatingRoundingDoublingHighMul(onHiresInputScale, outputMultiplierInt16, 16n),
    );
    let reluish = onHiresInputScale;
    if (reluishExponent > 0n) reluish = saturatingLeftShift(reluish, reluishExponent - 1n);
    reluish = int16(saturatingRoundingDoublingHighMul(reluish, reluishMultiplierInt16, 16n));
    if (reluishExponent > 0n) reluish = saturatingLeftShift(reluish, 1n);
    if (reluishExponent < 0n) reluish = int16(roundingDivideByPOT(reluish, -reluishExponent, 16));
    reluish = int16((reluish + (1n << 15n)) >> 1n);
    const preshiftOutput = saturatingDoublingHighMul(reluish, onPreshiftOutputScale);
    const outputValue = int16(roundingDivideByPOT(preshiftOutput, -outputMultiplier.shift, 16));
    return clamp(Number(int16(outputValue + BigInt(output.zeroPoint))), INT8);
  });
}

/** What LOGISTIC and TANH share: inputs as Q4 through `op`, saturated outputs beyond the radius. */
function saturating(input: ReferenceTensor, op: (inputInQ4: bigint) => number): Result {
  const multiplier = quantizeMultiplier(input.scales[0] * 2 ** (31 - 4));
  const radius = calculateInputRadius(4n, multiplier.shift, 31n);
  return map(input, (value) => {
    const centered = BigInt(value - input.zeroPoint);
    if (centered <= -radius) return INT8.min;
    if (centered >= radius) return INT8.max;
    return clamp(op(multiplyByQuantizedMultiplier(centered, multiplier)), INT8);
  });
}

export function logistic(input: ReferenceTensor): Result {
  return saturating(
    input,
    (inputInQ4) => Number(roundingDivideByPOT(logisticFixedPoint(inputInQ4, 4n), 31n - 8n)) - 128,
  );
}

export function tanh(input: ReferenceTensor): Result {
  return saturating(input, (inputInQ4) =>
    Number(roundingDivideByPOT(tanhFixedPoint(inputInQ4, 4n), 31n - 7n)),
  );
}

/** PreprocessSoftmaxScaling, CalculateInputRadius and Softmax over the last dimension. */
export function softmax(
  { beta }: { readonly beta: number },
  input: ReferenceTensor,
  { type, bits } = { type: INT8, bits: 8n },
): Result {
  const multiplier = quantizeMultiplier(Math.min(beta * input.scales[0] * 2 ** (31 - 5), 2 ** 31 - 1));
  const diffMin = -calculateInputRadius(5n, multiplier.shift, 31n);
  const depth = input.shape[input.shape.length - 1];
  const values: number[] = [];
  for (let start = 0; start < input.values.length; start += depth) {
    const row = input.values.slice(start, start + depth);
    const maxInRow = Math.max(...row);
    const exponential = (value: number): bigint | undefined => {
      const inputDiff = BigInt(value - maxInRow);
      if (inputDiff < diffMin) return undefined;
      return expOnNegativeValues(multiplyByQuantizedMultiplier(inputDiff, multiplier), 5n);
    };
    let sumOfExps = 0n; // Q12
    for (const value of row) {
      const exp = exponential(value);
      if (exp !== undefined) sumOfExps = int32(sumOfExps + rescale(exp, 0n, 12n));
    }
    const { scale, bitsOverUnit } = getReciprocal(sumOfExps, 12n);
    for (const value of row) {
      const exp = exponential(value);
      if (exp === undefined) values.push(type.min);
      else {
        const unsaturated = roundingDivideByPOT(
          saturatingRoundingDoublingHighMul(scale, exp),
          bitsOverUnit + 31n - bits,
        );
        values.push(clamp(Number(unsaturated) + type.min, type));
      }
    }
  }
  return { shape: input.shape, values };
}
