import { lesser, quotient } from "./integer.js";
import type { Layer } from "./layer.js";
import { operandData, operandOffset } from "./operand.js";
import { stridedOffset } from "./strided.js";

/**
 * Constants that ADD, MUL, MAXIMUM and their like share: two operands of shapes that broadcast. The output is
 * rows of `width` elements; along a row each operand advances by its step, 1 or 0, and `sizes` are the loops over rows.
 */
export interface ElementwiseLayer extends Layer {
  /** Places: see operand.ts. */
  readonly input1: number;
  readonly input2: number;
  readonly output: number;
  /** How many there are, and how many of them one tile computes. */
  readonly elements: number;
  readonly elementsPerTile: number;
  readonly width: number;
  readonly step1: number;
  readonly step2: number;
  /** Innermost first, with the strides of both operands. */
  readonly sizes: readonly number[];
  readonly strides1: readonly number[];
  readonly strides2: readonly number[];
}

/** Elements of operands and outputs: int8, or int16. */
export type Elements = Int8Array | Int16Array;

/** The inner loop of one operator: `count` elements from `i1` of `input1` and `i2` of `input2` to `o` of `output`. */
export type Run<L extends ElementwiseLayer> = (
  layer: L,
  input1: Elements,
  i1: number,
  input2: Elements,
  i2: number,
  output: Elements,
  o: number,
  count: number,
) => void;

/**
 * Walks one tile, a run of output elements, as runs within rows: one function call a run, not one an element.
 *
 * @param arena and `weights`: what places are in
 */
export function elementwise<L extends ElementwiseLayer>(
  arena: Elements,
  weights: Elements,
  layer: L,
  tile: number,
  run: Run<L>,
): void {
  const { elements, elementsPerTile, width, step1, step2, sizes, strides1, strides2 } = layer;
  const input1 = operandData(layer.input1, arena, weights);
  const input2 = operandData(layer.input2, arena, weights);
  const start1 = operandOffset(layer.input1);
  const start2 = operandOffset(layer.input2);
  let element = tile * elementsPerTile;
  const end = lesser(element + elementsPerTile, elements);
  while (element < end) {
    const column = element % width;
    const row = quotient(element, width);
    const count = lesser(width - column, end - element);
    const i1 = start1 + stridedOffset(row, sizes, strides1) + column * step1;
    const i2 = start2 + stridedOffset(row, sizes, strides2) + column * step2;
    run(layer, input1, i1, input2, i2, arena, layer.output + element, count);
    element += count;
  }
}
