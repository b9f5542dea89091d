import type { Layer } from "./layer.js";

/** Constants of a window that moves over NHWC images. Offsets are element indexes in the arena. */
export interface WindowLayer extends Layer {
  readonly input: number;
  readonly inputHeight: number;
  readonly inputWidth: number;
  readonly inputDepth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  /** Rows and columns of padding before the input. */
  readonly padTop: number;
  readonly padLeft: number;
  readonly output: number;
  /** batches · outputHeight · outputWidth, and how many of these positions one tile computes. */
  readonly positions: number;
  readonly positionsPerTile: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  readonly outputDepth: number;
  /** Bounds of the output. */
  readonly min: number;
  readonly max: number;
}

/** What makes the output of a sum: `requantize`, or `requantizeLong` where the sum has 64 bits. */
export type Requantize = (acc: number, multiplier: number, shift: number) => number;

/** What int16 activations add. */
export interface WideSumLayer extends ScaledSumLayer {
  /** TFLM sums in 64 bits: multipliers are as `requantizeLong` takes them, else as `requantize` does. */
  readonly isLong: boolean;
}

/** Constants of sums of int8 weights times activations, requantized by output channel. */
export interface ScaledSumLayer extends Layer {
  /** −(zero point of the input). */
  readonly inputOffset: number;
  /** In `weights8`. */
  readonly weights: number;
  /** In `weights32`; one an output channel, like the multipliers. */
  readonly bias: number;
  readonly multipliers: number;
  /** In `weights8`; one for each multiplier. */
  readonly shifts: number;
  readonly outputZeroPoint: number;
  /** Bounds of the output. */
  readonly min: number;
  readonly max: number;
}
