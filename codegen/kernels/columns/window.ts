/** The taps of an output position, as statements. */

import { perWord } from "../element.js";
import type { Vector } from "../planes/program.js";
import type { Layer } from "./layer.js";
import type { Call } from "./sums.js";

/** Whether a tap of some position lies outside the input. */
export function isPadded({ window: it }: Layer): boolean {
  const reach = (outputs: number, stride: number, filter: number, dilation: number) =>
    (outputs - 1) * stride + (filter - 1) * dilation;
  return (
    it.padTop > 0 ||
    it.padLeft > 0 ||
    reach(it.outputHeight, it.strideHeight, it.filterHeight, it.dilationHeight) >= it.inputHeight ||
    reach(it.outputWidth, it.strideWidth, it.filterWidth, it.dilationWidth) >= it.inputWidth
  );
}

/** How many taps of all output positions lie on each place along one dimension of the input. */
function readsAlong(
  outputs: number,
  stride: number,
  filter: number,
  dilation: number,
  pad: number,
  size: number,
): number[] {
  const reads = new Array<number>(size).fill(0);
  for (let o = 0; o < outputs; o++)
    for (let k = 0; k < filter; k++) {
      const at = o * stride - pad + k * dilation;
      if (at >= 0 && at < size) reads[at]++;
    }
  return reads;
}

/** How often each position of an image of the input is read by one image of the output. */
export function readsOf({ window: it }: Layer): number[] {
  const rows = readsAlong(
    it.outputHeight,
    it.strideHeight,
    it.filterHeight,
    it.dilationHeight,
    it.padTop,
    it.inputHeight,
  );
  const columns = readsAlong(
    it.outputWidth,
    it.strideWidth,
    it.filterWidth,
    it.dilationWidth,
    it.padLeft,
    it.inputWidth,
  );
  return rows.flatMap((row) => columns.map((column) => row * column));
}

/** The share of taps that lie inside the input, over all positions. */
export function insideShare(layer: Layer): number {
  const { outputHeight, outputWidth, filterHeight, filterWidth } = layer.window;
  const inside = readsOf(layer).reduce((sum, it) => sum + it, 0);
  return inside / (outputHeight * outputWidth * filterHeight * filterWidth);
}

/** Words from the corner of the window to a tap. */
function distance({ window: it, depth, element }: Layer, tap: number): number {
  const ky = Math.floor(tap / it.filterWidth);
  const kx = tap % it.filterWidth;
  return ((ky * it.dilationHeight * it.inputWidth + kx * it.dilationWidth) * depth) / perWord(element);
}

/** Adds every tap to `acc`. */
export function taps(layer: Layer, calls: readonly Call[][]): string[] {
  return calls.flatMap((of, tap) => tapCalls(layer, of, tap));
}

/**
 * Adds every tap, run by run.
 *
 * @param add statements that add a run's `acc` to the sums
 */
export function splitTaps(layer: Layer, calls: readonly Call[][], add: () => readonly string[]): string[] {
  const lines: string[] = [];
  let run: string[] = [];
  calls.forEach((of, tap) => {
    const statements = tapCalls(layer, of, tap);
    of.forEach(({ runStart }, i) => {
      run.push(statements[i]);
      if (!runStart) return;
      lines.push(`acc = ${runStart.text};`, ...run, ...add());
      run = [];
    });
  });
  return lines;
}

function tapCalls(layer: Layer, of: readonly Call[], tap: number): string[] {
  const first = distance(layer, tap);
  return of.map(({ name, word }) => `acc = ${name}(words, corner + ${first + word}, acc);`);
}

/**
 * Adds the taps that are inside the input, of which `row` and `column` are the window's corner.
 *
 * @param outside what a tap adds that is not; undefined where that is nothing
 */
export function paddedTaps(
  layer: Layer,
  calls: readonly Call[][],
  outside: (tap: number) => Vector | undefined,
): string[] {
  const { window: it } = layer;
  const inside = (name: string, count: number, at: string, dilation: number, size: number) =>
    Array.from(
      { length: count },
      (_, i) => `const ${name}${i} = ${at} >= ${-i * dilation} && ${at} < ${size - i * dilation};`,
    );
  const lines = [
    ...inside("y", it.filterHeight, "row", it.dilationHeight, it.inputHeight),
    ...inside("x", it.filterWidth, "column", it.dilationWidth, it.inputWidth),
  ];
  calls.forEach((of, tap) => {
    const own = tapCalls(layer, of, tap);
    const condition = `y${Math.floor(tap / it.filterWidth)} && x${tap % it.filterWidth}`;
    const added = outside(tap);
    if (own.length === 0) return;
    lines.push(`if (${condition}) {`, ...own.map((line) => `  ${line}`), "}");
    if (added) lines.push(`else acc = acc + ${added.text};`);
  });
  return lines;
}

/** Statements that find the corner of the window at `position`: `row`, `column` and the word `corner`. */
export function cornerOf({ window: it, depth, positions, element }: Layer): string[] {
  const tapWords = depth / perWord(element);
  const lineWords = it.inputWidth * tapWords;
  const first = "const corner = (layer.inputs[0] >> 2)";
  if (positions === 1)
    return [
      `const row = ${-it.padTop};`,
      `const column = ${-it.padLeft};`,
      `${first} - ${it.padTop * lineWords + it.padLeft * tapWords};`,
    ];
  const image = it.inputHeight * lineWords;
  return [
    `const line = quotient(position, ${it.outputWidth});`,
    `const image = quotient(line, ${it.outputHeight});`,
    `const row = (line - image * ${it.outputHeight}) * ${it.strideHeight} - ${it.padTop};`,
    `const column = (position - line * ${it.outputWidth}) * ${it.strideWidth} - ${it.padLeft};`,
    `${first} + image * ${image} + row * ${lineWords} + column * ${tapWords};`,
  ];
}
