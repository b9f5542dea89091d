/** What backward steps and updates take, predicted from what operations cost (docs/costs.md). */
import { add, bitwise, fromBytes, fromInteger, multiply, shift, subtract, toBytes } from "../cost/bigint.js";
import { interpreter } from "../cost/interpreter.js";

const {
  call,
  argument,
  iteration,
  statement,
  typedRead,
  typedWrite,
  operator,
  test,
  comparison,
  property,
  arrayRead,
  arrayWrite,
} = interpreter;

/** Typed array `set` between types, an element. */
const CONVERTED = 112;

/** Typed array `fill`, an element. */
const FILLED = 64;

/** A step: its call, and reading its constants. */
const STEP = call + 2 * argument + 16 * property;

/** A function call with so many arguments. */
const called = (count: number) => call + count * argument;

/** `scaled` or `scaledSum`, with what packs out the factor. */
const SCALED = 3 * called(3) + typedRead + 12 * operator + 4 * (test + comparison);

export function lossCost(classes: number): number {
  const reads = 2 * typedRead + called(2) + 6 * operator;
  const logarithm = 16 * (iteration + called(2) + 20 * operator);
  return STEP + classes * (3 * iteration + 3 * reads + typedWrite + 2000) + logarithm;
}

export function activationSteps(length: number): number {
  return STEP + length * (iteration + typedRead + 2 * (test + comparison) + statement + typedWrite / 2);
}

/** Reading a window. */
function window(columns: number): number {
  return 2 * called(4) + interpreter.set + 8000 + columns * (CONVERTED + FILLED);
}

/** @param lanes weights in one BigInt */
export function weightsCost(positions: number, rows: number, columns: number, lanes: number): number {
  const amount = iteration + 2 * typedRead + test + SCALED + typedWrite;
  const part = fromBytes(lanes) + bitwise(lanes) + called(5) + iteration;
  const product =
    iteration + typedRead + test + fromInteger() + multiply(lanes) + add(lanes) + arrayRead + arrayWrite;
  const parts = columns / lanes;
  return STEP + positions * (iteration + window(columns) + rows * amount + parts * (part + rows * product));
}

export function biasesCost(positions: number, rows: number): number {
  return (
    STEP +
    rows * (iteration + SCALED + interpreter.requantize + positions * (iteration + typedRead + statement))
  );
}

/** @param lanes weights in one BigInt */
export function inputGradientCost(
  positions: number,
  rows: number,
  columns: number,
  lanes: number,
  length: number,
): number {
  const prepared =
    interpreter.set + lanes * CONVERTED + fromBytes(lanes) + 2 * bitwise(lanes) + subtract(lanes) + 3000;
  const row =
    iteration + 2 * typedRead + 4 * operator + fromInteger() + multiply(lanes) + add(lanes) + arrayRead;
  const position =
    iteration +
    rows * row +
    toBytes(lanes) +
    add(lanes) +
    bitwise(lanes) +
    called(3) * 3 +
    8000 +
    lanes * elementCost();
  return STEP + (columns / lanes) * (rows * prepared + positions * position) + settleCost(length);
}

/** Adding an element to another. */
function elementCost(): number {
  return iteration + 2 * typedRead + typedWrite + 2 * operator;
}

export function settleCost(length: number): number {
  return STEP + length * (2 * iteration + 2 * typedRead + typedWrite + 4 * operator + test);
}

/** Moving a row of weights, and writing what is deployed. */
export function updateCost(rows: number, columns: number): number {
  const lanes =
    2 * fromBytes(columns) +
    12 * bitwise(columns) +
    6 * multiply(columns) +
    10 * add(columns) +
    6 * subtract(columns) +
    6 * shift(columns, 3) +
    2 * toBytes(columns);
  return rows * (lanes + columns * (CONVERTED + 5) + 20000);
}

export function biasUpdateCost(count: number): number {
  return count * (2 * iteration + 4 * typedRead + 3 * typedWrite + 10 * operator);
}

/** Product by product, with the input's or the weights' side of it. */
export function depthwiseCost(positions: number, channels: number, taps: number): number {
  const product = iteration + 3 * typedRead + typedWrite + 3 * operator;
  return STEP + positions * channels * (iteration + SCALED + 2 * typedRead + 6000 + taps * product);
}

export function poolCost(positions: number, channels: number, taps: number, length: number): number {
  const element = iteration + 2 * typedRead + typedWrite + 2 * operator + test;
  return STEP + positions * (12000 + channels * (3000 + taps * element)) + settleCost(length);
}
