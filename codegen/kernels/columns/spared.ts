/** What inputs that are zero spare a dense layer or a convolution with lanes over its output channels. */
import type { Spared } from "../../cost/cost.js";
import type { Elements } from "../../graph/elements.js";
import { perWord } from "../element.js";
import type { Layer } from "./layer.js";
import { readsOf } from "./window.js";

/** What is passed over at a position all of whose taps are inside, were all inputs zero; nothing where none is tested. */
export interface Passing {
  /** Products, each of one input or of two. */
  readonly products: Spared;
  /** Instructions of testing inputs one by one, where the zeros of a word are passed over with one test. */
  readonly tests: number;
}

/**
 * @param blocks of the layer's channels
 * @param inputs how many each product is of
 * @param elements of the layer's input
 */
export function sparedBy(
  layer: Layer,
  blocks: readonly Passing[],
  inputs: 1 | 2,
  elements: Elements,
): Spared {
  const { element, depth, inputZeroPoint, channels } = layer;
  const together = perWord(element);
  const reads = readsOf(layer);
  let [factors, words] = [0, 0];
  for (let at = 0; at < elements.length; at += together) {
    const times = reads[Math.floor(at / depth) % reads.length];
    let zeros = 0;
    for (let i = at; i < at + together; i += inputs)
      if (elements[i] === inputZeroPoint && elements[i + inputs - 1] === inputZeroPoint) zeros++;
    factors += times * zeros;
    if (zeros === together / inputs) words += times;
  }
  const all = channels[0].weights.length;
  const [products, tests] = [(factors * inputs) / all, (together * words) / all];
  const sum = (of: (block: Passing) => number) => blocks.reduce((total, block) => total + of(block), 0);
  return {
    instructions: products * sum((it) => it.products.instructions) + tests * sum((it) => it.tests),
    garbageBytes: products * sum((it) => it.products.garbageBytes),
  };
}
