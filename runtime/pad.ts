import { type CopyBlocksLayer, copyBlocks } from "./copy-blocks.js";
import type { Memory } from "./layer.js";

/** Constants of a padded copy: where the input goes, and what lies around it. */
export interface PadLayer extends CopyBlocksLayer {
  /** The output, in elements: of `int32` if `wide`, else of `int8`. */
  readonly output: number;
  readonly length: number;
  readonly wide: boolean;
  /** What fills it: an int8, or the bits of a wide element as an int32. */
  readonly value: number;
}

/** PAD and PADV2: the first tile fills the whole output, for filling is cheap; every tile copies its runs into it. */
export function pad(memory: Memory, layer: PadLayer, tile: number): void {
  const { output, length, wide, value } = layer;
  if (tile === 0) (wide ? memory.int32 : memory.int8).fill(value, output, output + length);
  copyBlocks(memory, layer, tile);
}
