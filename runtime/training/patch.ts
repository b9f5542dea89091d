import type { WindowLayer } from "../constants.js";
import { quotient } from "../integer.js";
import { fromBytes } from "../lanes.js";
import type { Layer } from "../layer.js";
import { endTap, firstTap } from "../taps.js";
import type { Training } from "./training.js";

/** The window of a convolution; a dense layer is one over a single position. */
export interface PatchWindow
  extends Omit<WindowLayer, keyof Layer | "output" | "positionsPerTile" | "min" | "max"> {
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  /** −(zero point of the input). */
  readonly inputOffset: number;
}

/**
 * Calls `take` for each run of the input that a window covers: where it begins in the input, where in the filter, and its
 * length, both in elements.
 */
export function eachRun(
  window: PatchWindow,
  position: number,
  take: (input: number, weight: number, length: number) => void,
): void {
  const { inputHeight, inputWidth, inputDepth, filterHeight, filterWidth } = window;
  const { outputHeight, outputWidth, dilationHeight, dilationWidth } = window;
  const line = quotient(position, outputWidth);
  const image = quotient(line, outputHeight) * inputHeight * inputWidth * inputDepth;
  const top = (line % outputHeight) * window.strideHeight - window.padTop;
  const left = (position - line * outputWidth) * window.strideWidth - window.padLeft;
  const firstX = firstTap(left, dilationWidth);
  const taps = endTap(left, dilationWidth, inputWidth, filterWidth) - firstX;
  const runs = dilationWidth === 1 ? 1 : taps;
  const length = dilationWidth === 1 ? taps * inputDepth : inputDepth;
  const endY = endTap(top, dilationHeight, inputHeight, filterHeight);
  for (let y = firstTap(top, dilationHeight); y < endY; y++) {
    let input =
      image + ((top + y * dilationHeight) * inputWidth + left + firstX * dilationWidth) * inputDepth;
    let weight = (y * filterWidth + firstX) * inputDepth;
    for (let r = 0; r < runs; r++) {
      take(input, weight, length);
      input += dilationWidth * inputDepth;
      weight += inputDepth;
    }
  }
}

/** Puts what a window covers into the first `columns` words, a byte of the arena in each: the zero point beyond the border. */
export function readPatch(
  { memory, words }: Training,
  window: PatchWindow,
  position: number,
  columns: number,
): void {
  const { uint8 } = memory;
  const { input: start, inputOffset } = window;
  words.fill((0 - inputOffset) & 255, 0, columns);
  eachRun(window, position, (input, weight, length) => {
    words.set(uint8.subarray(start + input, start + input + length), weight);
  });
}

/**
 * Some of these words as lanes of 32 bits: activation less zero point.
 *
 * @param all 1 in each of `length` lanes
 */
export function patchLanes(
  { bytes }: Training,
  offset: number,
  length: number,
  inputOffset: number,
  all: bigint,
): bigint {
  // A byte with its sign bit turned is q + 128.
  const shifted = fromBytes(bytes, 4 * offset, 4 * length) ^ (all << 7n);
  return inputOffset === 128 ? shifted : shifted - all * BigInt(128 - inputOffset);
}
