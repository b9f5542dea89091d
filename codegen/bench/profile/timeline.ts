/** Where each layer is on a horizontal axis, in per cent of it. */
import type { LayerCost } from "../measurement.js";

export interface Span {
  readonly left: number;
  readonly width: number;
}

/** By layer, as wide as its instructions. */
export function byInstructions(layers: readonly LayerCost[]): Span[] {
  return spans(layers.map(({ instructions }) => instructions));
}

/** By layer, all of one width: short layers can be seen. */
export function equally(layers: readonly LayerCost[]): Span[] {
  return spans(layers.map(() => 1));
}

function spans(sizes: readonly number[]): Span[] {
  const total = sizes.reduce((sum, size) => sum + size, 0) || 1;
  let at = 0;
  return sizes.map((size) => {
    const span = { left: (100 * at) / total, width: (100 * size) / total };
    at += size;
    return span;
  });
}
