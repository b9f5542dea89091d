import { elements, type Graph } from "../../graph/graph.js";
import type { Sample } from "./calibrate.js";
import type { Range } from "./observers/observer.js";
import { random } from "./random.js";

/** Sides of the blocks of equal values are powers of two up to this one. */
const MOST_POWER = 5;

/**
 * Calibration data for want of better, always the same for the same seed: first the least value throughout, then the greatest,
 * then noise in pairs: over the whole range, and with a random level and contrast. From pair to pair values are the same in larger
 * blocks along all dimensions between the first and the last, as images are smooth, and then in small ones again. Real data is
 * better by far.
 *
 * @param range what values model inputs have
 */
export function randomSamples(graph: Graph, range: Range, count: number, seed = 1): Sample[] {
  const next = random(seed);
  const between = () => range.min + next() * (range.max - range.min);
  return Array.from({ length: count }, (_, sample) =>
    graph.inputs.map((id) => {
      const { shape } = graph.tensors[id];
      if (sample < 2) return new Float32Array(elements(shape)).fill(sample === 0 ? range.min : range.max);
      const [a, b] = sample % 2 === 0 ? [range.min, range.max] : [between(), between()];
      const block = 2 ** (Math.floor(sample / 2 - 1) % (MOST_POWER + 1));
      return blocks(shape, block, () => a + next() * (b - a));
    }),
  );
}

/** Values of a shape that are the same within blocks. */
function blocks(shape: readonly number[], block: number, value: () => number): Float32Array {
  const sides = shape.map((_, axis) => (axis === 0 || axis === shape.length - 1 ? 1 : block));
  const known = new Map<number, number>();
  return Float32Array.from({ length: elements(shape) }, (_, index) => {
    let [rest, key] = [index, 0];
    for (let axis = shape.length - 1, stride = 1; axis >= 0; axis--) {
      key += Math.floor((rest % shape[axis]) / sides[axis]) * stride;
      rest = Math.floor(rest / shape[axis]);
      stride *= shape[axis];
    }
    const found = known.get(key) ?? value();
    known.set(key, found);
    return found;
  });
}
