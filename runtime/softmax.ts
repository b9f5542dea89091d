import { lesser } from "./integer.js";
import type { Layer, Memory } from "./layer.js";
import { oneOverOnePlus } from "./reciprocal.js";
import { multiplyHigh, roundingShiftRight } from "./requantize.js";

/** Constants of SOFTMAX over rows of `depth` int8 values. */
export interface SoftmaxLayer extends Layer {
  readonly input: number;
  readonly output: number;
  readonly depth: number;
  readonly rows: number;
  readonly rowsPerTile: number;
  /** In `weights32`: entry d is exp(−d · input scale · beta) in Q0.31, d = 0 to 255 below the row's maximum. */
  readonly exponentials: number;
}

/** Integer bits of the sum of exponentials: it is Q12.19. */
const SUM_BITS = 12;

/** SOFTMAX, rolled: a tile is a run of rows. The output has scale 1/256 and zero point −128. */
export function softmax(memory: Memory, layer: SoftmaxLayer, tile: number): void {
  const { depth, exponentials } = layer;
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
    // From Q0.31 to 8 bits. Past a shift of 31 every output rounds to 0: sums from 512 on, where TFLM gives up.
    const shift = SUM_BITS - headroom + 31 - 8;
    let output = layer.output + row * depth;
    for (let i = start; i < end; i++) {
      const share = multiplyHigh(weights32[top - arena[i]], scale);
      const q = shift > 31 ? -128 : roundingShiftRight(share, shift) - 128;
      arena[output++] = q > 127 ? 127 : q;
    }
  }
}
