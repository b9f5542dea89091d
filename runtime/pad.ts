import { type CopyBlocksLayer, copyBlocks } from "./copy-blocks.js";
import type { Memory } from "./layer.js";
import { signedView } from "./views.js";

/** Constants of a padded copy: where the input goes, and what lies around it. */
export interface PadLayer extends CopyBlocksLayer {
  /** The output, in elements of so many bytes: 1, 2 or 4. */
  readonly output: number;
  readonly elementBytes: number;
  readonly length: number;
  /** What fills it: an int8 or int16, or the bits of a wide element as an int32. */
  readonly value: number;
}

/** PAD and PADV2: the first tile fills the whole output, for filling is cheap; every tile copies its runs into it. */
export function pad(memory: Memory, layer: PadLayer, tile: number): void {
  const { output, elementBytes, length, value } = layer;
  if (tile === 0) signedView(memory, elementBytes).fill(value, output, output + length);
  copyBlocks(memory, layer, tile);
}
