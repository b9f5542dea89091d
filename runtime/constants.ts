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

/** Constants of int8 sums of products, requantized by output channel. */
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
