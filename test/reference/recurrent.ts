/** SVDF and UNIDIRECTIONAL_SEQUENCE_LSTM: micro/kernels/{svdf_common,lstm_eval,lstm_eval_common}.cc. */
import { sigmoidTable } from "../../codegen/arithmetic/sigmoid-table.js"; // data of the specification, by its checksum
import {
  int32,
  multiplyByQuantizedMultiplier,
  type QuantizedMultiplier,
  quantizeMultiplier,
} from "./fixed-point.js";
import {
  clamp,
  float,
  INT8,
  INT16,
  type OutputQuantization,
  type Range,
  type ReferenceTensor,
  scaleAndClamp,
} from "./tensor.js";

/** EvalIntegerSvdfReference; `state` is changed. */
export function svdf(
  rank: number,
  input: ReferenceTensor,
  weightsFeature: ReferenceTensor,
  weightsTime: ReferenceTensor,
  bias: ReferenceTensor,
  state: ReferenceTensor & { values: number[] },
  type: Range,
  output: OutputQuantization,
): number[] {
  const [batches, inputs] = input.shape;
  const [filters, memory] = weightsTime.shape;
  const units = filters / rank;
  const scale1 = float(float(input.scales[0] * weightsFeature.scales[0]) / state.scales[0]);
  const scale2 = float(float(state.scales[0] * weightsTime.scales[0]) / output.scale);
  const featureMultiplier = quantizeMultiplier(scale1);
  const outputMultiplier = quantizeMultiplier(scale2);
  state.values.copyWithin(0, 1);
  for (let b = 0; b < batches; b++)
    for (let f = 0; f < filters; f++) {
      let dot = 0n;
      for (let c = 0; c < inputs; c++)
        dot += BigInt(
          weightsFeature.values[f * inputs + c] * (input.values[b * inputs + c] - input.zeroPoint),
        );
      const scaled = clamp(Number(multiplyByQuantizedMultiplier(int32(dot), featureMultiplier)), type);
      const bits = type === INT8 ? 8 : 16;
      state.values[(b * filters + f) * memory + memory - 1] = Number(
        BigInt.asIntN(bits, BigInt(scaled + state.zeroPoint)),
      );
    }
  const result: number[] = [];
  for (let b = 0; b < batches; b++)
    for (let u = 0; u < units; u++) {
      let acc = BigInt(bias.values[u]);
      for (let r = 0; r < rank; r++)
        for (let j = 0; j < memory; j++) {
          const f = u * rank + r;
          const value = state.values[(b * filters + f) * memory + j] - state.zeroPoint;
          acc = int32(acc + BigInt(weightsTime.values[f * memory + j] * value));
        }
      result.push(scaleAndClamp(acc, outputMultiplier, output.zeroPoint, INT8));
    }
  return result;
}

const table = sigmoidTable().map(BigInt);

/** Logistic of int16 with the multiplier of an input of Q3.12. */
export function logistic16(inputData: bigint): bigint {
  const absInput = inputData < 0n ? -inputData : inputData;
  const uh = Number(absInput >> 9n);
  const ut = absInput & 0x1ffn;
  let result = uh >= 255 ? 0x7fffn << 10n : (table[uh] << 9n) + ut * (table[uh + 1] - table[uh]);
  result = inputData >= 0n ? result + (1n << 9n) : (1n << 25n) - result + (1n << 9n) - 1n;
  return result >> 10n;
}

/** Tanh of int16. */
export function tanh16(inputData: bigint): bigint {
  const absInput = inputData < 0n ? -inputData : inputData;
  const uh = Number(absInput >> 8n);
  const ut = absInput & 0xffn;
  let result = uh >= 255 ? 0xffffn << 8n : (table[uh] << 8n) + ut * (table[uh + 1] - table[uh]);
  result = inputData >= 0n ? result - (1n << 23n) + (1n << 7n) : -result + (1n << 23n) + (1n << 7n) - 1n;
  return result >> 8n;
}

/** LogisticPrepare and TanhPrepare for int16, and the first lines of their loops. */
export function sigmoidArgument(value: bigint, scale: number, mostPower: number): bigint {
  const power = Math.round(Math.log2(scale));
  const isPowerOfTwo = Math.abs(Math.log2(scale) - power) < 1e-3;
  const leftShift = 15 - 3 + power;
  if (isPowerOfTwo && leftShift >= 0 && leftShift <= mostPower) return value * (3n << BigInt(leftShift));
  let multiplier = scale * 4096 * 3;
  let shift = 0n;
  while (multiplier <= 32767 / 2 && shift <= 30n) {
    shift++;
    multiplier *= 2;
  }
  const round = shift > 0n ? 1n << (shift - 1n) : 0n;
  return (value * BigInt(Math.trunc(multiplier)) + round) >> shift;
}

export interface Gate {
  readonly input: ReferenceTensor;
  readonly recurrent: ReferenceTensor;
  readonly bias: ReferenceTensor;
}

export interface LstmGates {
  readonly forget: Gate;
  readonly input: Gate;
  readonly cell: Gate;
  readonly output: Gate;
}

/** EvalLstm<int8_t, int8_t, int16_t, int32_t>; the states are changed. */
export function lstm(
  { timeMajor, cellClip }: { readonly timeMajor: boolean; readonly cellClip: number },
  input: ReferenceTensor,
  gates: LstmGates,
  hidden: ReferenceTensor & { values: number[] },
  cell: ReferenceTensor & { values: number[] },
): number[] {
  const [first, second, inputs] = input.shape;
  const [batches, times] = timeMajor ? [second, first] : [first, second];
  const cells = gates.forget.input.shape[0];
  const output = new Array<number>(batches * times * cells);
  const dense = (
    x: ReferenceTensor,
    at: number,
    weights: ReferenceTensor,
    row: number,
    bias: number,
  ): bigint => {
    const multiplier = quantizeMultiplier(float(x.scales[0] * weights.scales[0]) / 2 ** -12);
    const depth = weights.shape[1];
    let acc = 0n;
    for (let d = 0; d < depth; d++)
      acc += BigInt(weights.values[row * depth + d] * (x.values[at + d] - x.zeroPoint));
    return BigInt(scaleAndClamp(int32(acc + BigInt(bias)), multiplier, 0, INT16));
  };
  const add = (a: bigint, b: bigint): bigint => BigInt(clamp(Number(a + b), INT16));
  const mul = (a: bigint, b: bigint, multiplier: QuantizedMultiplier, zeroPoint: number, range: Range) =>
    BigInt(scaleAndClamp(int32(a * b), multiplier, zeroPoint, range));
  const quantum = 2 ** -15;
  const forgetCell = quantizeMultiplier((quantum * cell.scales[0]) / cell.scales[0]);
  const inputCell = quantizeMultiplier((quantum * quantum) / cell.scales[0]);
  const outputHidden = quantizeMultiplier((quantum * quantum) / hidden.scales[0]);
  const power = Math.round(Math.log2(cell.scales[0]));
  const clip = Math.trunc(Math.min(Math.max(cellClip / cell.scales[0], -32768), 32767));
  const tanhOfCell = (value: bigint): bigint => {
    const shift = 15 + power - 3;
    if (shift >= 0) return tanh16(value * (3n << BigInt(shift)));
    return tanh16((value * 3n + (1n << BigInt(-shift - 1))) >> BigInt(-shift));
  };
  const step = (batch: number, inputAt: number, outputAt: number): void => {
    const gate = ({ input: weights, recurrent, bias }: Gate, row: number): bigint =>
      add(
        dense(input, inputAt, weights, row, bias.values[row]),
        dense(hidden, batch * cells, recurrent, row, 0),
      );
    const made = Array.from({ length: cells }, (_, c) => {
      const forget = logistic16(3n * gate(gates.forget, c));
      const admit = logistic16(3n * gate(gates.input, c));
      const candidate = tanh16(3n * gate(gates.cell, c));
      const emit = logistic16(3n * gate(gates.output, c));
      const at = batch * cells + c;
      let state = add(
        mul(forget, BigInt(cell.values[at]), forgetCell, 0, INT16),
        mul(admit, candidate, inputCell, 0, INT16),
      );
      if (cellClip > 0) state = BigInt(clamp(Number(state), { min: -clip, max: clip }));
      cell.values[at] = Number(state);
      return Number(mul(tanhOfCell(state), emit, outputHidden, hidden.zeroPoint, INT8));
    });
    for (const [c, value] of made.entries()) {
      hidden.values[batch * cells + c] = value;
      output[outputAt + c] = value;
    }
  };
  if (timeMajor)
    for (let t = 0; t < times; t++)
      for (let b = 0; b < batches; b++) step(b, (t * batches + b) * inputs, (t * batches + b) * cells);
  else
    for (let b = 0; b < batches; b++)
      for (let t = 0; t < times; t++) step(b, (b * times + t) * inputs, (b * times + t) * cells);
  return output;
}
