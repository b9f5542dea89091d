/**
 * What zeros spare a layer of planes. A plane has as many words as reach to its topmost lane that is not zero, and what
 * multiplies and adds it takes the fewer: one that is all zero is nearly free.
 */

import type { Activations } from "../../cost/activity.js";
import type { Spared } from "../../cost/cost.js";
import { type Elements, elementsOf } from "../../graph/elements.js";
import { span } from "../../graph/lanes.js";
import { lane } from "./geometry.js";
import type { Stage } from "./group.js";
import { accumulator } from "./head.js";
import { Program, type Vector } from "./program.js";
import { halved, TRANSFORMS } from "./winograd.js";

/**
 * The sums of stages are written once more, over planes of full length and, band by band, over those of the activations.
 *
 * @param stages each reads its input in its geometry
 */
export function sparedBy(stages: readonly Stage[], activations: Activations): Spared {
  let [instructions, garbageBytes] = [0, 0];
  for (const stage of stages) {
    const { input, element } = stage.placement.convolution;
    const elements = elementsOf(element === 8 ? "int8" : "int16", activations.get(input)!);
    const { bands, step, first } = stage.rows ?? { bands: 1, step: 0, first: 0 };
    const full = sumsOf(stage, () => span(planeGeometry(stage)));
    for (let band = 0; band < bands; band++) {
      const lanes = lanesOf(stage, elements, first + step * band);
      const actual = sumsOf(stage, (plane) => lanes[plane]);
      instructions += full.instructions - actual.instructions;
      garbageBytes += full.garbageBytes - actual.garbageBytes;
    }
  }
  return { instructions, garbageBytes };
}

/** What the sums of all channels cost, for planes of so many lanes. */
function sumsOf({ placement, geometry, scalings }: Stage, lanes: (plane: number) => number): Spared {
  const program = new Program();
  for (const [output, scaling] of scalings.entries()) {
    const planes: Vector[] = [];
    for (const { plane } of placement.taps[output])
      planes[plane] = { text: `a${plane}`, bits: Math.max(1, lanes(plane) * geometry.bits) };
    accumulator(program, placement, geometry, scaling, planes, output);
  }
  return program;
}

/** That of the planes that products are made of. */
function planeGeometry({ placement, geometry }: Stage) {
  const rows = Math.max(...placement.phases.map((phase) => phase.rows));
  return placement.isPaired ? halved(geometry) : { ...geometry, rows };
}

/**
 * Lanes of each plane up to the topmost one that is not zero.
 *
 * @param top the row of the image that is the first one of the planes
 */
function lanesOf({ placement, geometry }: Stage, elements: Elements, top: number): number[] {
  const { convolution, phases, isPaired } = placement;
  const { inputHeight, inputWidth, inputDepth, inputZeroPoint, strideHeight, strideWidth } = convolution;
  const [slow, fast] = geometry.transposed ? [strideWidth, strideHeight] : [strideHeight, strideWidth];
  // Paired planes have every other row, as a stride of two has.
  const split = isPaired ? 2 * slow : slow;
  const parts = isPaired ? [0, 1].map((row) => ({ row, column: 0 })) : phases;
  const found = new Map(parts.map(({ row, column }, i) => [row * fast + column, i]));
  const lanes = new Array<number>(inputDepth * parts.length).fill(0);
  for (const [i, value] of elements.entries()) {
    if (value === inputZeroPoint) continue;
    const channel = i % inputDepth;
    const position = (i - channel) / inputDepth;
    const x = position % inputWidth;
    const y = (position - x) / inputWidth - top;
    if (y < 0 || y >= inputHeight) continue;
    const [row, column] = geometry.transposed ? [x, y] : [y, x];
    const part = found.get((row % split) * fast + (column % fast));
    if (part === undefined) continue;
    const plane = channel * parts.length + part;
    const at = lane(geometry, Math.floor(row / split), Math.floor(column / fast));
    lanes[plane] = Math.max(lanes[plane], at + 1);
  }
  return isPaired ? transformed(lanes, geometry.stride, span(halved(geometry))) : lanes;
}

/** Lanes of the transforms, from those of the even and the odd rows of each channel. */
function transformed(lanes: readonly number[], stride: number, most: number): number[] {
  return Array.from({ length: (lanes.length / 2) * TRANSFORMS }, (_, i) => {
    const channel = Math.floor(i / TRANSFORMS);
    const [even, odd] = lanes.slice(2 * channel, 2 * channel + 2);
    const former = odd === 0 ? 0 : Math.min(odd + stride, most);
    return [former, Math.max(even, odd), Math.max(even, odd), even][i % TRANSFORMS];
  });
}
