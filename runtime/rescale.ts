import { lesser } from "./integer.js";
import type { Layer, Memory } from "./layer.js";
import { requantize } from "./requantize.js";
import { signedView } from "./views.js";

/** Constants of a piecewise linear function of integers: QUANTIZE, RELU, RELU6, LEAKY_RELU with what is no byte. */
export interface RescaleLayer extends Layer {
  /** In the arena, in elements of so many bytes: 1, 2 or 4, all signed. */
  readonly input: number;
  readonly inputBytes: number;
  readonly output: number;
  readonly outputBytes: number;
  /** How many there are, and how many of them one tile computes. */
  readonly elements: number;
  readonly elementsPerTile: number;
  readonly inputZeroPoint: number;
  /** At the zero point and above. */
  readonly multiplier: number;
  /** Positive to the left. */
  readonly shift: number;
  /** Below it, and 1 or −1 for the sign of that slope. */
  readonly multiplierBelow: number;
  readonly shiftBelow: number;
  readonly signBelow: number;
  readonly outputZeroPoint: number;
  readonly min: number;
  readonly max: number;
}

/** Rolled: a tile is a run of elements. */
export function rescale(memory: Memory, layer: RescaleLayer, tile: number): void {
  const { inputZeroPoint, multiplier, shift, multiplierBelow, shiftBelow, signBelow } = layer;
  const { outputZeroPoint, min, max } = layer;
  const from = signedView(memory, layer.inputBytes);
  const to = signedView(memory, layer.outputBytes);
  const first = tile * layer.elementsPerTile;
  let i = layer.input + first;
  let o = layer.output + first;
  const end = layer.input + lesser(first + layer.elementsPerTile, layer.elements);
  for (; i < end; i++) {
    const x = from[i] - inputZeroPoint;
    const scaled =
      x < 0 ? requantize(x, multiplierBelow, shiftBelow) * signBelow : requantize(x, multiplier, shift);
    const q = scaled + outputZeroPoint;
    to[o++] = q < min ? min : q > max ? max : q;
  }
}
