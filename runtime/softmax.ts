import { lesser } from "./integer.js";
import type { Layer, Memory } from "./layer.js";
import { oneOverOnePlus } from "./reciprocal.js";
import { multiplyHigh, roundingShiftRight } from "./requantize.js";
import { signedView } from "./views.js";

/** Constants of SOFTMAX over rows of `depth` int8 values. */
export interface SoftmaxLayer extends Layer {
  readonly input: number;
  /** In the arena, in elements of so many bits: 8 or 16. */
  readonly output: number;
  readonly outputBits: number;
  readonly depth: number;
  readonly rows: number;
  readonly rowsPerTile: number;
  /** In `weights32`: entry d is exp(−d · input scale · beta) in Q0.31, d = 0 to 255 below the row's maximum. */
  readonly exponentials: number;
}

/** Integer bits of the sum of exponentials: it is Q12.19. */
const SUM_BITS = 12;

/** SOFTMAX, rolled: a tile is a run of rows. The output has scale 2^-bits and its least value as zero point. */
export function softmax(memory: Memory, layer: SoftmaxLayer, tile: number): void {
  const { depth, exponentials, outputBits } = layer;
  const least = -1 << (outputBits - 1);
  const most = -1 - least;
  const outputs = signedView(memory, outputBits >> 3);
  const arena = memory.int8;
  const weights32 = memory.weights32;
  const firstRow = tile * layer.rowsPerTile;
  const endRow = lesser(firstRow + layer.rowsPerTile, layer.rows);
  for (let row = firstRow; row < endRow; row++) {
    const start = layer.input + row * depth;
    const end = start + depth;
    let max = -128;
    for (let i = start; i < end; i++) {
      const q = arena[i];
      if (q > max) max = q;
    }
    const top = exponentials + max;
    let sum = 0;
    for (let i = start; i < end; i++) sum += roundingShiftRight(weights32[top - arena[i]], SUM_BITS);
    // sum = (1 + fraction) · 2^(SUM_BITS − headroom), at least 1
    const headroom = Math.clz32(sum);
    const scale = oneOverOnePlus((sum << headroom) & 0x7fffffff);
    // From Q0.31 to the output. Past a shift of 31 every one rounds to 0: sums from 512 on, where TFLM gives up.
    const shift = SUM_BITS - headroom + 31 - outputBits;
    let output = layer.output + row * depth;
    for (let i = start; i < end; i++) {
      const share = multiplyHigh(weights32[top - arena[i]], scale);
      const q = shift > 31 ? least : roundingShiftRight(share, shift) + least;
      outputs[output++] = q > most ? most : q;
    }
  }
}
