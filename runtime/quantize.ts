import { lesser } from "./integer.js";
import type { Layer, Memory } from "./layer.js";
import { signedView } from "./views.js";

/** Constants of QUANTIZE from float32. */
export interface QuantizeLayer extends Layer {
  /** In the arena as float32. */
  readonly input: number;
  /** In the arena, in elements of so many bytes: 1 or 2. */
  readonly output: number;
  readonly outputBytes: number;
  /** How many there are, and how many of them one tile computes. */
  readonly elements: number;
  readonly elementsPerTile: number;
  readonly scale: number;
  readonly zeroPoint: number;
  /** Range of the output type. */
  readonly min: number;
  readonly max: number;
}

/** QUANTIZE from float32: the quotient in float32, rounded half away from zero. What is out of range saturates; NaN gives 0. */
export function quantize(memory: Memory, layer: QuantizeLayer, tile: number): void {
  const { input, output, elements, elementsPerTile, scale, zeroPoint, min, max } = layer;
  const from = memory.float32;
  const to = signedView(memory, layer.outputBytes);
  const first = tile * elementsPerTile;
  const end = lesser(first + elementsPerTile, elements);
  for (let i = first; i < end; i++) {
    const x = Math.fround(from[input + i] / scale);
    const q = (x < 0 ? -Math.floor(0.5 - x) : Math.floor(x + 0.5)) + zeroPoint;
    to[output + i] = q < min ? min : q > max ? max : q; // of uint8, 128 to 255 wrap to the int8 of the same byte
  }
}
